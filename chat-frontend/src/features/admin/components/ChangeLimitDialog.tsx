/** Sets another limit for a budget. */
import { Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import type { Budget } from "@/api/shapes";
import { editableUsd, parseUsd } from "@/i18n/money";
import { useChangeBudget } from "../api/budgets";
import { AmountDialog } from "./AmountDialog";
import { UsdInput } from "./UsdInput";

export function ChangeLimitDialog({ budget, called, onClose }: { budget: Budget; called: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => editableUsd(budget.limit_usd));
  const [isChecked, setIsChecked] = useState(false);
  const change = useChangeBudget();
  const limit = parseUsd(text);
  const submit = () => {
    setIsChecked(true);
    if (limit !== null) change.mutate({ id: budget.id, limit_usd: limit }, { onSuccess: onClose });
  };
  return (
    <AmountDialog title={t("Change the limit")} confirmLabel={t("Save")} isPending={change.isPending} onSubmit={submit} onClose={onClose}
      sentence={problemBeside(change.error, ["limit_usd"])}>
      <Text>{called}</Text>
      <UsdInput label={t("Limit in US dollars")} description={t("It holds at once. What is spent already stays spent.")} text={text} onChange={setText}
        isChecked={isChecked} problem={problemAt(change.error, "limit_usd")} isFirst />
    </AmountDialog>
  );
}
