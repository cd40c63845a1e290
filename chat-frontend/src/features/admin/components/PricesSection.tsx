/** What models cost. */
import { Skeleton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { useModelsOnOffer, usePrices } from "../api/prices";
import { type PricedModel, pricedModels } from "../model/priced-models";
import { useViewer } from "../model/viewer";
import classes from "./Money.module.css";
import { PriceDialog } from "./PriceDialog";
import { PriceEntry } from "./PriceEntry";

export function PricesSection() {
  const { t } = useTranslation();
  const { mayChange } = useViewer();
  const prices = usePrices();
  const models = useModelsOnOffer();
  const [changing, setChanging] = useState<PricedModel | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const change = (model: PricedModel) => {
    setSaved(null);
    setChanging(model);
  };
  const isPending = prices.isPending || models.isPending;
  const known = prices.data === undefined || isPending ? [] : pricedModels(models.data ?? [], prices.data);
  const lead = t("In US dollars, for a million tokens. Another price holds for answers that begin after it; earlier ones keep what they cost.");
  return (
    <Panel title={t("Models")} lead={lead}>
      <DoneNotice sentence={saved === null ? null : t("Saved. It holds from the next answer of {{model}} on.", { model: saved })} />
      {isPending && <div role="status" aria-label={t("Loading")}>{[1, 2, 3].map((row) => <Skeleton key={row} height={72} mt="sm" />)}</div>}
      {prices.error !== null && <ErrorNotice sentence={sentenceOf(prices.error)} onRetry={() => void prices.refetch()} />}
      {models.error !== null && <ErrorNotice sentence={sentenceOf(models.error)} onRetry={() => void models.refetch()} />}
      {!isPending && prices.error === null && known.length === 0 && <p className={classes.empty}>{t("No model is on offer, and none has a price.")}</p>}
      <ul className={classes.list} aria-label={t("Prices")}>
        {known.map((model) => (
          <PriceEntry key={model.key} model={model} isOfferKnown={models.data !== undefined} onChange={mayChange ? () => change(model) : null} />
        ))}
      </ul>
      {changing !== null && <PriceDialog model={changing} onSaved={() => setSaved(changing.name)} onClose={() => setChanging(null)} />}
    </Panel>
  );
}
