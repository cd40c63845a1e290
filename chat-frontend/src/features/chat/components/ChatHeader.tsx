/** The heading of a conversation. The pages put their own buttons around it. */
import type { ReactNode } from "react";
import classes from "./ChatPane.module.css";

interface ChatHeaderProps {
  title: string;
  cost?: ReactNode;
  connection?: ReactNode;
  models?: ReactNode;
}

export function ChatHeader({ title, cost, connection, models }: ChatHeaderProps) {
  return (
    <div className={classes.header}>
      <div className={classes.heading}>
        <h1 className={classes.title} title={title}>{title}</h1>
        {cost}
      </div>
      <div className={classes.aside}>
        {models}
        {connection}
      </div>
    </div>
  );
}
