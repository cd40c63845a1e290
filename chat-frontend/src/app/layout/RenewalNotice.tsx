/** Says that the session could not be renewed: the page goes on, and so do the tries. */
import { useTranslation } from "react-i18next";
import { renewNow } from "@/api/session-keeper";
import { useSessionState } from "@/api/use-session";
import { ErrorNotice } from "@/components/ErrorNotice";
import classes from "./RenewalNotice.module.css";

export function RenewalNotice() {
  const { t } = useTranslation();
  const state = useSessionState();
  if (state.phase !== "signed-in" || state.trouble === null) return null;
  return (
    <div className={classes.notice}>
      <ErrorNotice sentence={t("{{trouble}} You stay signed in, and this page tries again by itself.", { trouble: state.trouble })} onRetry={() => void renewNow()} />
    </div>
  );
}
