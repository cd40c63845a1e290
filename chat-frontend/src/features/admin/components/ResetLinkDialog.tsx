/** Makes a link with which a person chooses a new password, for the administrator to hand over. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Person } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { SecretLink } from "@/components/SecretLink";
import { exactTime } from "@/components/times";
import { useFocusBack } from "@/components/use-focus-back";
import { useMakeResetLink } from "../api/people";

export function ResetLinkDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const make = useMakeResetLink(person.username);
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={t("A new password for {{name}}", { name: person.username })} centered returnFocus={false} closeButtonProps={{ "aria-label": t("Close") }}>
      {make.data === undefined ? (
        <Stack>
          <Text>
            {t("Whoever has the link can choose a new password for this account, once. Hand it over by a way that only {{name}} reads. Links that were made before no longer hold.",
              { name: person.username })}
          </Text>
          {make.isError && <ErrorNotice sentence={sentenceOf(make.error)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>{t("Cancel")}</Button>
            <Button loading={make.isPending} onClick={() => make.mutate()}>{t("Make a link")}</Button>
          </Group>
        </Stack>
      ) : (
        <Stack>
          <SecretLink link={make.data.link} note={t("It holds until {{time}} and is shown only this once.", { time: exactTime(make.data.expires_at) })} />
          <Group justify="flex-end"><Button onClick={onClose}>{t("Done")}</Button></Group>
        </Stack>
      )}
    </Modal>
  );
}
