/** A page of sections, one at a time: a list of them beside it, or above it where there is little room. */
import { type ComponentType, type ReactNode, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, NavLink, useParams } from "react-router-dom";
import { FLOATING_ID } from "@/config/floating";
import { paths } from "@/config/paths";
import "@/styles/mantine-sections";
import { ArrowLeft, type LucideIcon } from "./icons";
import { PageLoader } from "./PageLoader";
import classes from "./SectionedPage.module.css";
import { usePageTitle } from "./use-page-title";

export interface PageSection {
  /** Its part of the address. */
  slug: string;
  /** What that was before: links with it lead here. */
  formerSlug?: string;
  /** As `phrase` marks it: the page translates it. */
  label: string;
  /** What it is for, in a sentence. */
  lead?: string;
  Icon: LucideIcon;
  Section: ComponentType;
}

interface SectionedPageProps {
  title: string;
  base: string;
  sections: [PageSection, ...PageSection[]];
  /** Lists take the room that is there; forms are easier to read without it. */
  isWide?: boolean;
  /** What of the address goes along from one section to another: `?range=7d`. */
  kept?: string;
  /** What is to be seen first, whichever the section. */
  notice?: ReactNode;
}

export function SectionedPage({ title, base, sections, isWide = false, kept = "", notice }: SectionedPageProps) {
  const { t } = useTranslation();
  const { section: slug } = useParams();
  const current = sections.find((section) => section.slug === slug);
  const list = useRef<HTMLUListElement>(null);
  usePageTitle(current ? `${t(current.label)} · ${title}` : title);
  useEffect(() => {
    list.current?.querySelector(`[data-section="${slug}"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [slug]);
  const { slug: nearest } = sections.find((section) => section.formerSlug === slug) ?? sections[0];
  if (current === undefined) return <Navigate to={`${base}/${nearest}${kept}`} replace />;
  return (
    <div className={classes.page}>
      <nav className={classes.head} aria-label={title}>
        <Link to={paths.home} className={classes.back}><ArrowLeft size={18} aria-hidden /> {t("Back to the chat")}</Link>
        <h1 className={classes.title}>{title}</h1>
        <ul className={classes.list} ref={list} data-scrolls>
          {sections.map(({ slug: one, label, Icon }) => (
            <li key={one} data-section={one}>
              <NavLink to={`${base}/${one}${kept}`} className={classes.link}><Icon size={18} aria-hidden /> {t(label)}</NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <main className={classes.main} aria-labelledby="section-title" tabIndex={-1} key={slug}>
        <div className={classes.content} data-wide={isWide || undefined}>
          <div id={FLOATING_ID} />
          {notice}
          <h2 id="section-title" className={classes.sectionTitle}>{t(current.label)}</h2>
          {current.lead !== undefined && <p className={classes.lead}>{t(current.lead)}</p>}
          <Suspense fallback={<PageLoader />}><current.Section /></Suspense>
        </div>
      </main>
    </div>
  );
}
