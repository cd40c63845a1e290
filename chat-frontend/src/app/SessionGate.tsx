/** Holds the page back until it is known whether the session of the last visit goes on. */
import { Button, Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { endSession } from "@/api/session";
import { renewNow } from "@/api/session-keeper";
import { useSessionState } from "@/api/use-session";
import classes from "./SessionGate.module.css";

export function SessionGate({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const state = useSessionState();
  if (state.phase !== "restoring") return children;
  if (state.trouble === null) {
    return (
      <main className={classes.page}>
        <div className={classes.waiting} role="status" aria-label={t("Signing you in")}><Loader aria-hidden /></div>
      </main>
    );
  }
  return (
    <main className={classes.page}>
      <h1>{t("One moment, please")}</h1>
      <div role="alert">
        <p>{state.trouble}</p>
        <p>{t("You are still signed in, and what you wrote is kept. This page tries again by itself.")}</p>
      </div>
      <div className={classes.actions}>
        <Button onClick={() => void renewNow()}>{t("Try again")}</Button>
        <Button variant="default" onClick={() => endSession("ended")}>{t("Sign in anew")}</Button>
      </div>
    </main>
  );
}
