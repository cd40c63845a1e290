/** Asks before a device is signed out. */
import { Text } from "@mantine/core";
import type { RefObject } from "react";
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

function questionAbout(leaving: Leaving): string {
  if (leaving === "others") return "All devices but this one will be signed out. Programs that use your name and password have to sign in again.";
  if (leaving.is_current) return "This is the device that you use now. You will have to sign in again here.";
  return `“${leaving.device}” at ${leaving.address} will be signed out, and its open chats will close.`;
}

export function LeavingQuestion({ leaving, ...dialog }: LeavingQuestionProps) {
  const label = leaving === "others" ? "Sign out everywhere else" : "Sign out";
  return (
    <ConfirmDialog title={label} confirmLabel={label} error={null} {...dialog}>
      <Text>{questionAbout(leaving)}</Text>
    </ConfirmDialog>
  );
}
