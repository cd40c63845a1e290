/** What a deletion would erase, service by service. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { ErasurePlan } from "@/api/shapes";
import classes from "./Erasure.module.css";
import { ErrorNotice } from "./ErrorNotice";
import { planSentence, serviceTitle } from "./erasure-words";

interface ErasurePreviewProps {
  plan: ErasurePlan | undefined;
  error: unknown;
  onRetry: () => void;
}

export function ErasurePreview({ plan, error, onRetry }: ErasurePreviewProps) {
  const { t } = useTranslation();
  if (plan === undefined) {
    return error === null ? <div role="status" aria-label={t("Loading what will be erased")}><Skeleton height={110} radius="md" /></div> : <ErrorNotice sentence={sentenceOf(error)} onRetry={onRetry} />;
  }
  return (
    <ul className={classes.list} aria-label={t("What will be erased")}>
      {plan.services.map(({ service, holdings }) => (
        <li key={service}>
          <strong>{serviceTitle(service)}</strong>
          <span>{planSentence(service, holdings)}</span>
        </li>
      ))}
    </ul>
  );
}
