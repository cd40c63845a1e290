/** Says that the figures move by themselves, and sees to it. */
import { useTranslation } from "react-i18next";
import { useLiveFigures } from "../hooks/use-live-figures";

export function LiveMark() {
  const { t } = useTranslation();
  return <span>{useLiveFigures() ? t("live") : t("every 30 s")}</span>;
}
