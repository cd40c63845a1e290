/** Limits what somebody may spend. */
import { NativeSelect } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import type { Budget } from "@/api/shapes";
import { randomId } from "@/config/random-id";
import { parseUsd } from "@/i18n/money";
import { phrase } from "@/i18n/phrase";
import { type NewBudget, useCreateBudget } from "../api/budgets";
import { useRoles } from "../api/people";
import { EACH_PERSON, PERIODS } from "@/components/budget-words";
import { AmountDialog } from "./AmountDialog";
import { PersonInput } from "./PersonInput";
import { UsdInput } from "./UsdInput";

const HOLDERS = [
  { value: "platform", label: phrase("Everybody together") },
  { value: "role", label: phrase("All with a role, together") },
  { value: "each", label: phrase("Each person") },
  { value: "person", label: phrase("One person") },
] as const;

type Holder = (typeof HOLDERS)[number]["value"];

const PERIOD_CHOICES = ["day", "month"] as const;
const beginning = { holder: "platform" as Holder, role: "user", username: "", period: "day" as Budget["period"], limit: "" };

function budgetOf({ holder, role, period }: typeof beginning, limit: number): NewBudget {
  const scope = holder === "each" ? "person" : holder;
  return { scope, subject: holder === "role" ? role : holder === "each" ? EACH_PERSON : "", period, limit_usd: limit };
}

export function AddBudgetDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [fields, setFields] = useState(beginning);
  const [isChecked, setIsChecked] = useState(false);
  const { data: roles } = useRoles();
  const create = useCreateBudget();
  const attempt = useRef({ text: "", key: "" });
  const set = (change: Partial<typeof beginning>) => setFields((current) => ({ ...current, ...change }));
  const limit = parseUsd(fields.limit);
  const username = fields.holder === "person" ? fields.username.trim() : null;
  const submit = () => {
    setIsChecked(true);
    if (limit === null || username === "") return;
    const budget = budgetOf(fields, limit);
    // The same wish again is the same attempt; a changed one is not.
    const text = JSON.stringify([budget, username]);
    if (attempt.current.text !== text) attempt.current = { text, key: randomId() };
    create.mutate({ budget, username, attemptKey: attempt.current.key }, { onSuccess: onClose });
  };
  return (
    <AmountDialog title={t("Add a budget")} confirmLabel={t("Add budget")} isPending={create.isPending} onSubmit={submit} onClose={onClose}
      sentence={problemBeside(create.error, ["subject", "limit_usd"])}>
      <NativeSelect label={t("For whom")} data-autofocus value={fields.holder} data={HOLDERS.map(({ value, label }) => ({ value, label: t(label) }))}
        {...(fields.holder === "each" ? { description: t("For everyone who has no such budget of their own.") } : {})}
        onChange={(event) => set({ holder: HOLDERS.find(({ value }) => value === event.currentTarget.value)?.value ?? "platform" })} />
      {fields.holder === "role" && (
        <NativeSelect label={t("Role")} data={roles?.map(({ name }) => name) ?? [fields.role]} value={fields.role} onChange={(event) => set({ role: event.currentTarget.value })} />
      )}
      {username !== null && (
        <PersonInput value={fields.username} onChange={(text) => set({ username: text })}
          problem={isChecked && username === "" ? t("Name somebody.") : problemAt(create.error, "subject")} />
      )}
      <NativeSelect label={t("Begins anew")} data={PERIOD_CHOICES.map((value) => ({ value, label: t(PERIODS[value]) }))} value={fields.period}
        onChange={(event) => set({ period: PERIOD_CHOICES.find((value) => value === event.currentTarget.value) ?? "day" })} />
      <UsdInput label={t("Limit in US dollars")} text={fields.limit} onChange={(text) => set({ limit: text })} isChecked={isChecked} problem={problemAt(create.error, "limit_usd")} />
    </AmountDialog>
  );
}
