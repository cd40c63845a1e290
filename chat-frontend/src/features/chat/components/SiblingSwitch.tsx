/** Which of several messages in the same place is shown, and the way to the others. */
import { ActionIcon } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ChevronLeft, ChevronRight } from "@/components/icons";
import type { LiveMessage } from "@/realtime/conversation-state";
import classes from "./MessageActions.module.css";

interface SiblingSwitchProps {
  message: LiveMessage;
  onShow: ((messageId: string) => void) | null;
}

export function SiblingSwitch({ message, onShow }: SiblingSwitchProps) {
  const { t } = useTranslation();
  const { id, siblingIds } = message;
  const index = id === null ? -1 : siblingIds.indexOf(id);
  if (siblingIds.length < 2 || index === -1) return null;
  const step = (by: number, label: string, Icon: typeof ChevronLeft) => {
    const sibling = siblingIds[index + by];
    return (
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} disabled={sibling === undefined || onShow === null}
        onClick={() => sibling !== undefined && onShow?.(sibling)}>
        <Icon size={14} aria-hidden />
      </ActionIcon>
    );
  };
  const place = { number: index + 1, most: siblingIds.length };
  return (
    <div role="group" aria-label={t("Version {{number}} of {{most}}", place)} className={classes.switch}>
      {step(-1, t("Version before"), ChevronLeft)}
      <span aria-hidden>{t("{{number}} / {{most}}", place)}</span>
      {step(1, t("Version after"), ChevronRight)}
    </div>
  );
}
