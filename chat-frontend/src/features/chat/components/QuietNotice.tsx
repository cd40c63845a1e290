/** What is good to know while writing, above the field for the next message. */
import type { ReactNode } from "react";
import type { LucideIcon } from "@/components/icons";
import classes from "./QuietNotice.module.css";

export function QuietNotice({ Icon, children }: { Icon: LucideIcon; children: ReactNode }) {
  return (
    <p className={classes.notice}>
      <Icon size={16} aria-hidden />
      <span>{children}</span>
    </p>
  );
}
