/** The state of the connection: a dot with words, and what to do when it is gone. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { WifiOff } from "@/components/icons";
import type { Connection } from "@/realtime/live-socket";
import { connectionLabel, connectionSentence } from "../model/connection-text";
import classes from "./ConnectionBadge.module.css";

export function ConnectionBadge({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  return (
    <span role="status" className={classes.badge} data-connection={connection.phase}>
      <span className={classes.dot} aria-hidden />
      <span className={classes.label}>{t(connectionLabel(connection))}</span>
    </span>
  );
}

interface ConnectionTroubleProps {
  connection: Connection;
  onReconnect: () => void;
}

export function ConnectionTrouble({ connection, onReconnect }: ConnectionTroubleProps) {
  const { t } = useTranslation();
  const sentence = connectionSentence(connection);
  if (sentence === null) return null;
  return (
    <div className={classes.trouble}>
      <WifiOff size={18} aria-hidden />
      <span className={classes.sentence}>{sentence}</span>
      <Button size="compact-sm" variant="default" onClick={onReconnect}>
        {connection.phase === "failed" ? t("Reconnect") : t("Reconnect now")}
      </Button>
    </div>
  );
}
