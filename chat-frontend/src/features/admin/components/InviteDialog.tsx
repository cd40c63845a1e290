/** Makes a link with which somebody creates an account. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { exactTime } from "@/components/times";
import { SecretLink } from "@/components/SecretLink";
import { useFocusBack } from "@/components/use-focus-back";
import { useInvite } from "../api/invitations";
import { InviteForm } from "./InviteForm";

type MadeInvitation = NonNullable<ReturnType<typeof useInvite>["data"]>;

function noteOf({ email, expires_at: expiresAt }: MadeInvitation, t: TFunction): string {
  const time = exactTime(expiresAt);
  return email === null
    ? t("Whoever has it can create one account with it until {{time}}. It is shown only this once.", { time })
    : t("Only {{email}} can create one account with it until {{time}}. It is shown only this once.", { email, time });
}

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const invite = useInvite();
  useFocusBack();
  const made = invite.data;
  return (
    <Modal opened onClose={onClose} title={t("Invite somebody")} centered returnFocus={false} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("Close") }}>
      {made === undefined ? (
        <InviteForm isPending={invite.isPending} error={invite.error} onCancel={onClose} onInvite={invite.mutate} />
      ) : (
        <Stack>
          <SecretLink link={window.location.origin + made.path} note={noteOf(made, t)} />
          <Group justify="flex-end"><Button onClick={onClose}>{t("Done")}</Button></Group>
        </Stack>
      )}
    </Modal>
  );
}
