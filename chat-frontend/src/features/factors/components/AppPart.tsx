/** The authenticator app. */
import { Button } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Factors } from "@/api/shapes";
import { day } from "@/components/times";
import type { Intent } from "../model/intents";
import classes from "./Factors.module.css";

function historyOf({ created_at: createdAt, last_used_at: lastUsedAt }: NonNullable<Factors["totp"]>, t: TFunction): string {
  const use = lastUsedAt === null ? t("Not used yet.") : t("Last used {{day}}.", { day: day(lastUsedAt) });
  return `${t("Set up {{day}}.", { day: day(createdAt) })} ${use}`;
}

export function AppPart({ totp, onIntent }: { totp: Factors["totp"]; onIntent: (intent: Intent) => void }) {
  const { t } = useTranslation();
  return (
    <section className={classes.part} aria-labelledby="app-part">
      <h3 id="app-part">{t("Authenticator app")}</h3>
      <p className={classes.quiet}>
        {totp === null ? t("An app on your phone, or your password manager, shows a new code every half minute.") : historyOf(totp, t)}
      </p>
      <div className={classes.actions}>
        <Button variant={totp === null ? "filled" : "default"} onClick={() => onIntent({ kind: "set-up-app" })}>
          {totp === null ? t("Set up the app") : t("Replace the app")}
        </Button>
        {totp !== null && <Button variant="default" onClick={() => onIntent({ kind: "remove-app" })}>{t("Remove the app")}</Button>}
      </div>
    </section>
  );
}
