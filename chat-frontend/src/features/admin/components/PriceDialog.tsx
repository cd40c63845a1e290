/** Says what a model costs from now on. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import { editableUsd, parseUsd } from "@/i18n/money";
import { useChangePrice } from "../api/prices";
import type { PricedModel } from "../model/priced-models";
import { AmountDialog } from "./AmountDialog";
import { UsdInput } from "./UsdInput";

const FIELDS = { read: "input_usd_per_million", written: "output_usd_per_million" } as const;

interface PriceDialogProps {
  model: PricedModel;
  onSaved: () => void;
  onClose: () => void;
}

export function PriceDialog({ model, onSaved, onClose }: PriceDialogProps) {
  const { t } = useTranslation();
  const { name, modelId, key, price } = model;
  const [read, setRead] = useState(price === null ? "" : editableUsd(price.input_usd_per_million));
  const [written, setWritten] = useState(price === null ? "" : editableUsd(price.output_usd_per_million));
  const [isChecked, setIsChecked] = useState(false);
  const change = useChangePrice();
  const submit = () => {
    setIsChecked(true);
    const [input, output] = [parseUsd(read), parseUsd(written)];
    if (input === null || output === null) return;
    change.mutate({ model: modelId ?? key, [FIELDS.read]: input, [FIELDS.written]: output }, {
      onSuccess: () => {
        onSaved();
        onClose();
      },
    });
  };
  return (
    <AmountDialog title={t("What {{model}} costs", { model: name })} confirmLabel={t("Save")} isPending={change.isPending} onSubmit={submit} onClose={onClose}
      sentence={problemBeside(change.error, Object.values(FIELDS))}>
      <UsdInput label={t("Reading a million tokens, in US dollars")} text={read} onChange={setRead} isChecked={isChecked} problem={problemAt(change.error, FIELDS.read)} isFirst />
      <UsdInput label={t("Writing a million tokens, in US dollars")} text={written} onChange={setWritten} isChecked={isChecked} problem={problemAt(change.error, FIELDS.written)} />
    </AmountDialog>
  );
}
