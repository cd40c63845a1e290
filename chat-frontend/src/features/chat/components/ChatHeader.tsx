/** The heading of a conversation. The pages put their own buttons around it. */
import type { ReactNode } from "react";
import classes from "./ChatPane.module.css";

interface ChatHeaderProps {
  title: string;
  connection?: ReactNode;
  models?: ReactNode;
}

export function ChatHeader({ title, connection, models }: ChatHeaderProps) {
  return (
    <div className={classes.header}>
      <h1 className={classes.title} title={title}>{title}</h1>
      <div className={classes.aside}>
        {models}
        {connection}
      </div>
    </div>
  );
}
