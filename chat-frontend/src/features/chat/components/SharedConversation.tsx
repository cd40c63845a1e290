/** A conversation that somebody shared: to read, in the same form as one's own. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { SharedConversation as Shared } from "@/api/shapes";
import { Sparkles } from "@/components/icons";
import { exactTime } from "@/components/times";
import article from "./MessageArticle.module.css";
import classes from "./SharedConversation.module.css";

const StreamingMarkdown = lazy(() =>
  import("../markdown/StreamingMarkdown").then((module) => ({ default: module.StreamingMarkdown })),
);

export function SharedConversation({ shared }: { shared: Shared }) {
  const { t } = useTranslation();
  const { title, author_name, shared_at, messages } = shared;
  const time = exactTime(shared_at);
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <h1 dir="auto">{title}</h1>
        <p>{author_name === null ? t("Shared on {{time}}", { time }) : t("Shared by {{name}} on {{time}}", { name: author_name, time })}</p>
      </header>
      {messages.map((message, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a snapshot: none ever moves
        <SharedMessage key={index} message={message} />
      ))}
    </main>
  );
}

function SharedMessage({ message: { role, content, model } }: { message: Shared["messages"][number] }) {
  const { t } = useTranslation();
  if (role === "user") {
    return (
      <article className={article.user} aria-label={t("Question")}>
        <div className={article.bubble}>{content}</div>
      </article>
    );
  }
  return (
    <article className={article.assistant} aria-label={t("Assistant")}>
      <span className={article.avatar} aria-hidden><Sparkles size={16} /></span>
      <div className={article.answer}>
        <Suspense fallback={<div className={article.plain}>{content}</div>}>
          <StreamingMarkdown text={content} isStreaming={false} />
        </Suspense>
        {model !== null && <footer className={article.footer}><span>{model}</span></footer>}
      </div>
    </article>
  );
}
