/** Draws one piece of Markdown. Raw HTML shows as text, images never load unasked, links say where they lead. */
import type { Element, ElementContent } from "hast";
import { t } from "i18next";
import { createContext, memo, type ReactNode, useContext } from "react";
import { useTranslation } from "react-i18next";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { CodeBlock } from "./CodeBlock";
import { Diagram } from "./Diagram";
import { ExternalLink } from "./ExternalLink";
import { Formula } from "./Formula";
import classes from "./Markdown.module.css";
import { remarkMathKinds, withDollars } from "./math-source";
import { RemoteImage } from "./RemoteImage";

const plugins = [remarkGfm, remarkMath, remarkMathKinds];

function languageOf(className: string | undefined): string | null {
  return className?.match(/language-(\S+)/)?.[1] ?? null;
}

function textOf(node: ReactNode): string {
  if (typeof node === "string") return node;
  return Array.isArray(node) ? node.map(textOf).join("") : "";
}

/** A button cannot be in a link: there, an image is its name, and it can be asked for behind the link. */
const InLink = createContext(false);

interface ImageProps {
  src: string | undefined;
  alt: string | undefined;
}

function MarkdownImage({ src, alt }: ImageProps) {
  return useContext(InLink) ? <>{alt || t("Image")}</> : <RemoteImage src={src} alt={alt} />;
}

function imagesIn(content: ElementContent[]): ImageProps[] {
  return content.flatMap((node): ImageProps[] => {
    if (node.type !== "element") return [];
    const { src, alt } = node.properties;
    return node.tagName === "img" ? [{ src: String(src ?? ""), alt: String(alt ?? "") }] : imagesIn(node.children);
  });
}

function MarkdownLink({ href, node, children }: { href: string | undefined; node: Element | undefined; children: ReactNode }) {
  const images = imagesIn(node?.children ?? []);
  if (images.length === 0) return <ExternalLink href={href}>{children}</ExternalLink>;
  return (
    <>
      <InLink.Provider value><ExternalLink href={href}>{children}</ExternalLink></InLink.Provider>
      {images.map((image, index) => <RemoteImage key={index} {...image} />)}
    </>
  );
}

/** A list whose largest number has room before its items; a wide one would be cut off. */
function NumberedList({ start, node, children }: { start: number | undefined; node: Element | undefined; children: ReactNode }) {
  const first = start ?? 1;
  const items = node?.children.filter((child) => child.type === "element").length ?? 0;
  const digits = String(first + Math.max(0, items - 1)).length;
  return <ol start={first} style={{ paddingLeft: digits > 2 ? `${digits + 1}ch` : undefined }}>{children}</ol>;
}

function componentsFor(isFinished: boolean): Components {
  return {
    a: ({ href, node, children }) => <MarkdownLink href={href} node={node}>{children}</MarkdownLink>,
    img: ({ src, alt }) => <MarkdownImage src={typeof src === "string" ? src : undefined} alt={alt} />,
    pre: ({ children }) => <>{children}</>,
    code: ({ className, children, node }) => {
      const text = textOf(children);
      const kind = className ?? "";
      if (kind.includes("math-inline") || kind.includes("math-display") || kind === "language-math") {
        return <Formula source={text.trim()} isDisplay={!kind.includes("math-inline")} isFinished={isFinished} />;
      }
      const isBlock = node?.position !== undefined && (className !== undefined || text.endsWith("\n"));
      if (!isBlock) return <code className={classes.inlineCode}>{children}</code>;
      if (isFinished && kind.toLowerCase() === "language-mermaid") return <Diagram source={text.trim()} />;
      return <CodeBlock code={text.replace(/\n$/, "")} language={languageOf(className)} isFinished={isFinished} />;
    },
    // The page's title is the only heading above, and models skip levels as they like; so all are of one level.
    h1: ({ children }) => <h2 data-level={1}>{children}</h2>,
    h2: ({ children }) => <h2 data-level={2}>{children}</h2>,
    h3: ({ children }) => <h2 data-level={3}>{children}</h2>,
    h4: ({ children }) => <h2 data-level={4}>{children}</h2>,
    h5: ({ children }) => <h2 data-level={5}>{children}</h2>,
    h6: ({ children }) => <h2 data-level={6}>{children}</h2>,
    ol: ({ start, node, children }) => <NumberedList start={start} node={node}>{children}</NumberedList>,
    input: ({ checked }) => <input type="checkbox" checked={checked ?? false} disabled aria-label={checked ? t("done") : t("open")} />,
    table: ({ children }) => (
      <div className={classes.tableFrame} role="region" aria-label={t("Table")} tabIndex={0}>
        <table>{children}</table>
      </div>
    ),
  };
}

const finishedComponents = componentsFor(true);
const openComponents = componentsFor(false);

interface MarkdownProps {
  text: string;
  isFinished: boolean;
}

export const Markdown = memo(function Markdown({ text, isFinished }: MarkdownProps) {
  useTranslation(); // the components above are drawn again in another language
  return (
    <ReactMarkdown remarkPlugins={plugins} components={isFinished ? finishedComponents : openComponents}>
      {withDollars(text)}
    </ReactMarkdown>
  );
});
