/** Asks before a device is signed out. */
import { Button, Group, Stack, Text } from "@mantine/core";
import type { SignIn } from "@/api/shapes";

export type Leaving = SignIn | "others";

interface LeavingQuestionProps {
  leaving: Leaving;
  isPending: boolean;
  onCancel: () => void;
  onConfirm: () => void;
}

function questionAbout(leaving: Leaving): string {
  if (leaving === "others") return "All devices but this one will be signed out. Programs that use your name and password have to sign in again.";
  if (leaving.is_current) return "This is the device that you use now. You will have to sign in again here.";
  return `“${leaving.device}” at ${leaving.address} will be signed out, and its open chats will close.`;
}

export function LeavingQuestion({ leaving, isPending, onCancel, onConfirm }: LeavingQuestionProps) {
  return (
    <Stack>
      <Text>{questionAbout(leaving)}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel} autoFocus>Cancel</Button>
        <Button color="red.8" loading={isPending} onClick={onConfirm}>{leaving === "others" ? "Sign out everywhere else" : "Sign out"}</Button>
      </Group>
    </Stack>
  );
}
