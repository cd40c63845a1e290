/** Makes a link with which a person chooses a new password, for the administrator to hand over. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { sentenceOf } from "@/api/problem";
import type { Person } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { SecretLink } from "@/components/SecretLink";
import { exactTime } from "@/components/times";
import { useFocusBack } from "@/components/use-focus-back";
import { useMakeResetLink } from "../api/people";

export function ResetLinkDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const make = useMakeResetLink(person.username);
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={`A new password for ${person.username}`} centered returnFocus={false} closeButtonProps={{ "aria-label": "Close" }}>
      {make.data === undefined ? (
        <Stack>
          <Text>
            Whoever has the link can choose a new password for this account, once. Hand it over by a way that only {person.username} reads.
            Links that were made before no longer hold.
          </Text>
          {make.isError && <ErrorNotice sentence={sentenceOf(make.error)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>Cancel</Button>
            <Button loading={make.isPending} onClick={() => make.mutate()}>Make a link</Button>
          </Group>
        </Stack>
      ) : (
        <Stack>
          <SecretLink link={make.data.link} note={`It holds until ${exactTime(make.data.expires_at)} and is shown only this once.`} />
          <Group justify="flex-end"><Button onClick={onClose}>Done</Button></Group>
        </Stack>
      )}
    </Modal>
  );
}
