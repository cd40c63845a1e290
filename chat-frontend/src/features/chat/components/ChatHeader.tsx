/** The heading of a conversation: what it is, who answers, and how it stands. The pages put their own buttons around it. */
import type { ReactNode } from "react";
import classes from "./ChatHeader.module.css";

interface ChatHeaderProps {
  title: string;
  /** Menus: the persona, the model. */
  choices?: ReactNode;
  /** How full the model's window is, what was paid, whether there is a connection. */
  figures?: ReactNode;
}

export function ChatHeader({ title, choices, figures }: ChatHeaderProps) {
  return (
    <div className={classes.header}>
      <h1 className={classes.title} title={title}>{title}</h1>
      <div className={classes.choices}>{choices}</div>
      <div className={classes.figures}>{figures}</div>
    </div>
  );
}
