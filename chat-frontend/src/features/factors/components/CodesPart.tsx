/** How many recovery codes are left. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Intent } from "../model/intents";
import classes from "./Factors.module.css";

export function CodesPart({ left, onIntent }: { left: number; onIntent: (intent: Intent) => void }) {
  const { t } = useTranslation();
  return (
    <section className={classes.part} aria-labelledby="codes-part">
      <h3 id="codes-part">{t("Recovery codes")}</h3>
      <p className={classes.quiet}>
        {left === 0 ? t("None is left.") : t("{{count, number}} codes are left.", { count: left })} {t("Each lets you in once without your other factors.")}
      </p>
      <div className={classes.actions}>
        <Button variant="default" onClick={() => onIntent({ kind: "renew-codes" })}>{t("Make new codes")}</Button>
      </div>
    </section>
  );
}
