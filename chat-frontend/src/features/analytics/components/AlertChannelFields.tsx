/** Whom a rule tells besides this page: a part for each channel. */
import { Checkbox, PasswordInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AlertFieldsProps } from "./AlertConditionFields";
import classes from "./Alerts.module.css";

interface AlertChannelFieldsProps extends AlertFieldsProps {
  /** The webhook of the rule has one, which is kept unless another is given. */
  hasSecret: boolean;
}

export function AlertChannelFields(props: AlertChannelFieldsProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.fields}>
      <legend>{t("Who is told")}</legend>
      <Checkbox label={t("Mail all administrators")} className={classes.whole ?? ""} description={t("When it fires and when it is resolved.")} checked={props.fields.email}
        error={props.problemOf("email")} onChange={({ currentTarget: { checked } }) => props.onChange({ email: checked })} />
      <WebhookFields {...props} />
    </fieldset>
  );
}

function WebhookFields({ fields, hasSecret, onChange, problemOf }: AlertChannelFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput type="url" label={t("Webhook address")} className={classes.whole ?? ""} description={t("Empty for none. It begins with https, on a host that the operator has allowed.")}
        autoComplete="off" value={fields.webhook_url} onChange={({ currentTarget: { value } }) => onChange({ webhook_url: value })} error={problemOf("webhook_url")} />
      <PasswordInput label={t("Webhook secret")} className={classes.whole ?? ""} autoComplete="new-password" value={fields.webhook_secret}
        description={hasSecret ? t("Leave it empty to keep the one there is; nobody is shown it again.") : t("At least 16 characters. It signs what the webhook is told, and nobody is shown it again.")}
        visibilityToggleButtonProps={{ "aria-label": t("Show or hide the secret"), "aria-hidden": false, tabIndex: 0 }}
        onChange={({ currentTarget: { value } }) => onChange({ webhook_secret: value })} error={problemOf("webhook_secret")} aria-invalid={problemOf("webhook_secret") !== null} />
    </>
  );
}
