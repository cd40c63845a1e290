/** A link out of the page that names its host. Anything but an absolute web or mail address is only text. */
import { useTranslation } from "react-i18next";
import { ExternalLink as ExternalIcon, Image as ImageIcon } from "@/components/icons";
import type { ReactNode } from "react";
import classes from "./Markdown.module.css";

interface ExternalLinkProps {
  href: string | undefined;
  isImage?: boolean;
  children: ReactNode;
}

function destinationOf(href: string | undefined): URL | null {
  const address = href !== undefined && URL.canParse(href) ? new URL(href) : null;
  return address !== null && ["http:", "https:", "mailto:"].includes(address.protocol) ? address : null;
}

export function ExternalLink({ href, isImage = false, children }: ExternalLinkProps) {
  const { t } = useTranslation();
  const destination = destinationOf(href);
  if (destination === null) return <span>{children}</span>;
  const place = destination.host || destination.pathname;
  const showsPlace = typeof children !== "string" || !children.includes(place);
  return (
    <a className={isImage ? classes.imageLink : classes.link} href={destination.href} target="_blank"
      rel="noopener noreferrer nofollow" title={destination.href}>
      {isImage && <ImageIcon size={16} aria-hidden />}
      {isImage ? t("Open image “{{name}}”", { name: children }) : children}
      {showsPlace && <span className={classes.place}> ({place})</span>}
      <ExternalIcon size={12} aria-hidden className={classes.linkIcon} />
      <span className={classes.hidden}>{t(", opens in a new tab")}</span>
    </a>
  );
}
