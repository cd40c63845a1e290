/** Asks before a device is signed out. */
import { Text } from "@mantine/core";
import type { TFunction } from "i18next";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { SignIn } from "@/api/shapes";
import { ConfirmDialog } from "@/components/ConfirmDialog";

export type Leaving = SignIn | "others";

interface LeavingQuestionProps {
  leaving: Leaving;
  isPending: boolean;
  onCancel: () => void;
  onConfirm: () => void;
  focusAfterwards: RefObject<HTMLElement>;
}

function questionAbout(leaving: Leaving, t: TFunction): string {
  if (leaving === "others") return t("All devices but this one will be signed out. Programs that use your name and password have to sign in again.");
  if (leaving.is_current) return t("This is the device that you use now. You will have to sign in again here.");
  return t("“{{device}}” at {{address}} will be signed out, and its open chats will close.", { device: leaving.device, address: leaving.address });
}

export function LeavingQuestion({ leaving, ...dialog }: LeavingQuestionProps) {
  const { t } = useTranslation();
  const label = leaving === "others" ? t("Sign out everywhere else") : t("Sign out");
  return (
    <ConfirmDialog title={label} confirmLabel={label} error={null} {...dialog}>
      <Text>{questionAbout(leaving, t)}</Text>
    </ConfirmDialog>
  );
}
