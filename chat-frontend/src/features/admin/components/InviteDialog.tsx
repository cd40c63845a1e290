/** Makes a link with which somebody creates an account. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { exactTime } from "@/components/times";
import { SecretLink } from "@/components/SecretLink";
import { useFocusBack } from "@/components/use-focus-back";
import { useInvite } from "../api/invitations";
import { InviteForm } from "./InviteForm";

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const invite = useInvite();
  useFocusBack();
  const made = invite.data;
  return (
    <Modal opened onClose={onClose} title="Invite somebody" centered returnFocus={false} closeOnClickOutside={false} closeButtonProps={{ "aria-label": "Close" }}>
      {made === undefined ? (
        <InviteForm isPending={invite.isPending} error={invite.error} onCancel={onClose} onInvite={invite.mutate} />
      ) : (
        <Stack>
          <SecretLink link={window.location.origin + made.path}
            note={`${made.email === null ? "Whoever has it" : `Only ${made.email}`} can create one account with it until ${exactTime(made.expires_at)}. It is shown only this once.`} />
          <Group justify="flex-end"><Button onClick={onClose}>Done</Button></Group>
        </Stack>
      )}
    </Modal>
  );
}
