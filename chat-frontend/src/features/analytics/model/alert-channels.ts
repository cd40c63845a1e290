/** Owns how the ways are said by which a rule tells people who are not looking, and what became of that. */
import { t } from "i18next";
import type { AlertRule } from "@/api/shapes";
import { exactTime } from "@/components/times";
import { phrase } from "@/i18n/phrase";

type Told = Pick<AlertRule, "webhook_url" | "email">;
type LastNotice = AlertRule["last_notices"][number];

const CHANNELS: Record<LastNotice["channel"], string> = { webhook: phrase("Webhook"), email: phrase("Mail") };

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

/** One sentence for each channel that the rule has, and one for none. */
export function channelTexts({ webhook_url: webhook, email }: Told): string[] {
  const texts = [
    ...(webhook === null ? [] : [t("Tells the webhook at {{host}}", { host: hostOf(webhook) })]),
    ...(email ? [t("Mails all administrators")] : []),
  ];
  return texts.length === 0 ? [t("Tells nobody: it shows here alone")] : texts;
}

/** What became of the last thing that a channel was to tell. */
export function noticeText({ channel, state, reason, attempts, made_at }: LastNotice): string {
  const words = { channel: t(CHANNELS[channel]), time: exactTime(made_at), reason, attempts };
  if (state === "told") return t("{{channel}}: told last on {{time}}", words);
  if (state === "given_up") return t("{{channel}}: could not be told on {{time}}, given up after {{attempts, number}} attempts ({{reason}})", words);
  if (reason === null) return t("{{channel}}: about to be told", words);
  return t("{{channel}}: not told yet, attempt {{attempts, number}} failed ({{reason}})", words);
}
