/** Says that answers come from a small demonstration model, as long as they do. */
import { useTranslation } from "react-i18next";
import type { Model } from "@/api/shapes";
import { FlaskConical } from "@/components/icons";
import { QuietNotice } from "./QuietNotice";

export function DemonstrationNotice({ models }: { models: Model[] }) {
  const { t } = useTranslation();
  const model = models.find(({ is_default }) => is_default);
  if (!model?.is_demonstration) return null;
  return (
    <QuietNotice Icon={FlaskConical}>
      <strong>{model.name}</strong> {t("is a small demonstration model and is often wrong. An administrator can connect a larger one.")}
    </QuietNotice>
  );
}
