/** Says who may register here, and lets those who may on to the form. */
import { Alert, Stack, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageLoader } from "@/components/PageLoader";
import { useLinkToken } from "@/components/use-link-token";
import { phrase } from "@/i18n/phrase";
import { useCapabilities } from "../api/capabilities";
import { type HeldInvitation, useInvitation } from "../api/invitation";

type Form = (invitation: HeldInvitation | null) => ReactNode;

function domainsSentence(domains: string[], t: TFunction): string {
  const endings = domains.map((domain) => `@${domain}`).join(t(" or "));
  return t("Your email address has to end in {{endings}}.", { endings });
}

const refusals = {
  closed: phrase("Registration is closed here. Ask an administrator for an account."),
  invite_only: phrase("Registration needs an invitation here. Ask an administrator for a link, and open it as a whole."),
};

export function RegistrationGate({ children }: { children: Form }) {
  const [token, forget] = useLinkToken("invitation");
  return token === null ? <Uninvited>{children}</Uninvited> : <Invited key={token} token={token} onForget={forget}>{children}</Invited>;
}

function Uninvited({ children }: { children: Form }) {
  const { t } = useTranslation();
  const { data: capabilities, isPending } = useCapabilities();
  if (isPending) return <PageLoader />;
  // Where it cannot be known, trying tells.
  const mode = capabilities?.registration ?? "open";
  if (mode !== "open") return <Text>{t(refusals[mode])}</Text>;
  const domains = capabilities?.registration_domains ?? [];
  return (
    <Stack>
      {domains.length > 0 && <Alert color="convo" variant="light">{domainsSentence(domains, t)}</Alert>}
      {children(null)}
    </Stack>
  );
}

function Invited({ token, onForget, children }: { token: string; onForget: () => void; children: Form }) {
  const { t } = useTranslation();
  const { data: invitation, error, refetch } = useInvitation(token);
  if (invitation !== undefined) {
    const { invited_by: host, email, roles } = invitation;
    const isSpecial = roles.join() !== "user";
    return (
      <Stack>
        <Alert color="convo" variant="light">
          {t("{{host}} invited you.", { host })}{isSpecial && ` ${t("Your account will be: {{roles}}.", { roles: roles.join(", ") })}`}
        </Alert>
        {children({ token, email })}
      </Stack>
    );
  }
  if (error === null) return <PageLoader />;
  const isRefused = error instanceof ApiError && error.status < 500 && error.status > 0;
  return <ErrorNotice sentence={sentenceOf(error)} onRetry={isRefused ? onForget : () => void refetch()} {...(isRefused ? { retryLabel: t("Go on without it") } : {})} />;
}
