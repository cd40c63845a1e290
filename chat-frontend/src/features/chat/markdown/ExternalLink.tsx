/** A link out of the page that names its host. Anything but an absolute web or mail address is only text. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ExternalLink as ExternalIcon } from "@/components/icons";
import { destinationOf, placeOf, saysPlace } from "./destination";
import classes from "./Markdown.module.css";

interface ExternalLinkProps {
  href: string | undefined;
  className?: string | undefined;
  children: ReactNode;
}

export function ExternalLink({ href, className = classes.link, children }: ExternalLinkProps) {
  const { t } = useTranslation();
  const destination = destinationOf(href);
  if (destination === null) return <span>{children}</span>;
  const showsPlace = typeof children !== "string" || !saysPlace(children, destination);
  return (
    <a className={className} href={destination.href} target="_blank" rel="noopener noreferrer nofollow" title={destination.href}>
      {children}
      {showsPlace && <span className={classes.place}> ({placeOf(destination)})</span>}
      <ExternalIcon size={12} aria-hidden className={classes.linkIcon} />
      <span className={classes.hidden}>{t(", opens in a new tab")}</span>
    </a>
  );
}
