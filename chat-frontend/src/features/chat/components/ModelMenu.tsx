/** Chooses the model of a conversation, where there is a choice. */
import { useTranslation } from "react-i18next";
import type { Model } from "@/api/shapes";
import { ChoiceMenu } from "@/components/ChoiceMenu";

interface ModelMenuProps {
  models: Model[];
  chosen: string | null;
  onChoose: (modelId: string) => void;
}

export function ModelMenu({ models, chosen, onChoose }: ModelMenuProps) {
  const { t } = useTranslation();
  if (models.length < 2) return null;
  const current = models.find(({ id }) => id === chosen) ?? models.find(({ is_default }) => is_default);
  return (
    <ChoiceMenu label={t("Model: {{name}}", { name: current?.name ?? t("none") })} text={current?.name} choices={models}
      chosen={current?.id ?? null} onChoose={(id) => id !== null && onChoose(id)} />
  );
}
