/** The frame of the sign-in and registration pages. */
import type { ReactNode } from "react";
import { MessagesSquare } from "@/components/icons";
import classes from "./AuthCard.module.css";

export function AuthCard({ title, lead, children, foot }: { title: string; lead: string; children: ReactNode; foot: ReactNode }) {
  return (
    <main className={classes.page}>
      <section className={classes.card} aria-labelledby="auth-title">
        <span className={classes.brand}><span className={classes.mark} aria-hidden><MessagesSquare size={22} /></span> ConvoAI</span>
        <h1 id="auth-title" className={classes.title}>{title}</h1>
        <p className={classes.lead}>{lead}</p>
        {children}
        <p className={classes.foot}>{foot}</p>
      </section>
    </main>
  );
}
