/** Asks for a link for a new password. The answer is the same whether or not there is such an account. */
import { Button, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageLoader } from "@/components/PageLoader";
import { useCapabilities } from "../api/capabilities";
import { useAskForLink } from "../api/recovery";

export function ForgotPasswordForm() {
  const { t } = useTranslation();
  const [login, setLogin] = useState("");
  const { data: capabilities, error, refetch } = useCapabilities();
  const ask = useAskForLink();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate(login.trim());
  };
  if (error) return <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (!capabilities) return <PageLoader />;
  if (!capabilities.password_reset_by_mail) {
    return <Text>{t("This server sends no mail. Ask an administrator: they can make a link with which you choose a new password.")}</Text>;
  }
  if (ask.isSuccess) {
    return (
      <Stack role="status">
        <Text style={{ overflowWrap: "anywhere" }}>
          {t("If there is an account for “{{login}}”, a mail with a link is on its way to its address.", { login: ask.variables })}
        </Text>
        <Text>{t("Nothing there after a few minutes? Look into the spam folder, check the name, and ask once more.")}</Text>
        <Button variant="default" onClick={ask.reset}>{t("Ask once more")}</Button>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {ask.isError && <ErrorNotice sentence={sentenceOf(ask.error)} />}
        <TextInput label={t("Username or email")} autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false}
          autoFocus maxLength={320} value={login} onChange={(event) => setLogin(event.currentTarget.value)} />
        <Button type="submit" loading={ask.isPending} fullWidth>{t("Send me a link")}</Button>
      </Stack>
    </form>
  );
}
