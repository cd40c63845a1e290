/** One model: what it costs, since when, and what it cost before. */
import { Button, Loader } from "@mantine/core";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Price } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { formatExactUsd } from "@/i18n/money";
import { usePriceHistory } from "../api/prices";
import type { PricedModel } from "../model/priced-models";
import classes from "./Money.module.css";

interface PriceEntryProps {
  model: PricedModel;
  /** Whether the models on offer are known: else nobody can tell that one is no longer among them. */
  isOfferKnown: boolean;
  /** Null for those who may only look. */
  onChange: (() => void) | null;
}

function priceText({ input_usd_per_million: read, output_usd_per_million: written }: Price, t: TFunction): string {
  return t("Reading {{read}}, writing {{written}}", { read: formatExactUsd(read), written: formatExactUsd(written) });
}

/** Why nobody changes it here; null when somebody may. */
function remarkOn({ price, modelId, isDemonstration }: PricedModel, isOfferKnown: boolean, t: TFunction): string | null {
  if (isDemonstration && price?.is_from_file === true) return t("It runs in the chat service itself.");
  if (modelId === null && isOfferKnown) return t("Not on offer.");
  if (price?.is_from_file === true) return t("The chat service’s MODELS_FILE says so. It is changed there; then the service is started anew.");
  return null;
}

export function PriceEntry({ model, isOfferKnown, onChange }: PriceEntryProps) {
  const { t } = useTranslation();
  const { key, name, price, modelId } = model;
  const remark = remarkOn(model, isOfferKnown, t);
  const label = price === null ? t("Set the price of {{model}}", { model: name }) : t("Change the price of {{model}}", { model: name });
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{name}</strong>
          {key !== name && <span className={classes.key}>{key}</span>}
          {price === null && <Tag>{t("No price")}</Tag>}
          {price?.is_from_file === true && <Tag>{t("Fixed")}</Tag>}
        </div>
        {price === null
          ? <span>{t("Nobody knows what its answers cost: nothing is counted for them, and no budget limits them.")}</span>
          : <><span>{priceText(price, t)}</span><span>{t("Since {{time}}", { time: exactTime(price.valid_from) })}</span></>}
        {remark !== null && <span>{remark}</span>}
        {price !== null && <History model={key} name={name} />}
      </div>
      {onChange !== null && modelId !== null && price?.is_from_file !== true && (
        <Button variant="default" size="compact-sm" aria-label={label} onClick={onChange}>{price === null ? t("Set price") : t("Change")}</Button>
      )}
    </li>
  );
}

function History({ model, name }: { model: string; name: string }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className={classes.history} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{t("All prices of {{model}} so far", { model: name })}</summary>
      {isOpen && <Versions model={model} />}
    </details>
  );
}

function Versions({ model }: { model: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = usePriceHistory(model);
  if (data === undefined && error !== null) return <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <div role="status" aria-label={t("Loading")}><Loader size="xs" aria-hidden /></div>;
  return (
    <ol>
      {data.map((price) => <li key={price.valid_from}>{t("From {{time}}: {{price}}", { time: exactTime(price.valid_from), price: priceText(price, t) })}</li>)}
    </ol>
  );
}
