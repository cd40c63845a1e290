/** Who may create an account without an administrator's doing. */
import { Button, Group, Radio, Skeleton, Stack, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { RegistrationPolicy } from "@/api/shapes";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { exactTime } from "@/components/times";
import { phrase } from "@/i18n/phrase";
import { useRegistrationPolicy, useSetRegistrationPolicy } from "../api/registration";
import { domainProblem, domainsIn } from "../model/domains";

const EXAMPLE = "example.com";

type Mode = RegistrationPolicy["mode"];

const MODES: { mode: Mode; label: string; description: string }[] = [
  { mode: "open", label: phrase("Open"), description: phrase("Anyone who can reach this page may create an account.") },
  { mode: "invite_only", label: phrase("Invite only"), description: phrase("Only with a link that an administrator made.") },
  { mode: "closed", label: phrase("Closed"), description: phrase("Nobody, not even with an invitation. Administrators can still create accounts.") },
];

export function RegistrationSection() {
  const { t } = useTranslation();
  const { data: policy, error, refetch } = useRegistrationPolicy();
  if (policy === undefined && error !== null) return <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (policy === undefined) return <div role="status" aria-label={t("Loading")}><Skeleton height={360} radius="lg" /></div>;
  const origin = policy.changed_at === null ? t("As the server was set up.") : t("Last changed {{time}}.", { time: exactTime(policy.changed_at) });
  return <Panel title={t("Who may register")} lead={origin}><PolicyForm policy={policy} /></Panel>;
}

function PolicyForm({ policy }: { policy: RegistrationPolicy }) {
  const { t } = useTranslation();
  const [mode, setMode] = useState(policy.mode);
  const [domains, setDomains] = useState(policy.allowed_domains.join("\n"));
  const save = useSetRegistrationPolicy();
  const chooseMode = (value: string) => MODES.filter((one) => one.mode === value).forEach((one) => setMode(one.mode));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ mode, allowed_domains: domainsIn(domains) }, { onSuccess: (saved) => setDomains(saved.allowed_domains.join("\n")) });
  };
  const problem = domainProblem(save.error, domainsIn(save.variables?.allowed_domains.join("\n") ?? ""));
  const isChanged = mode !== policy.mode || domains !== policy.allowed_domains.join("\n");
  return (
    <form onSubmit={submit}>
      <Stack gap="lg" maw={640}>
        <Radio.Group label={t("Registration is")} value={mode} onChange={chooseMode}>
          <Stack gap="sm" mt={8}>
            {MODES.map((one) => <Radio key={one.mode} value={one.mode} label={t(one.label)} description={t(one.description)} />)}
          </Stack>
        </Radio.Group>
        <Textarea label={t("Email domains that may register")} autosize={false} rows={4} spellCheck={false} autoCapitalize="none" placeholder={EXAMPLE} value={domains}
          description={t("One a line; leave it empty for any. An invitation lets any address in, and so do you when you create an account.")} error={problem}
          onChange={(event) => setDomains(event.currentTarget.value)} />
        {save.isError && problem === null && <ErrorNotice sentence={sentenceOf(save.error)} />}
        <Group>
          <Button type="submit" loading={save.isPending}>{t("Save")}</Button>
          <DoneNotice sentence={save.isSuccess && !isChanged ? t("Saved. It holds from the next registration on.") : null} />
        </Group>
      </Stack>
    </form>
  );
}
