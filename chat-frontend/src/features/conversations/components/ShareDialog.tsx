/** Shares a conversation by link, takes the snapshot anew, and takes the link back. */
import { Button, Group, Loader, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Conversation, Share } from "@/api/shapes";
import { useShare, useShareConversation, useWithdrawShare } from "@/api/shares";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Link as LinkIcon, RefreshCw } from "@/components/icons";
import { SecretLink } from "@/components/SecretLink";
import { exactTime } from "@/components/times";
import { sharedAddress } from "@/config/paths";

// The service takes names of up to 100 characters.
const LONGEST_NAME = 100;

export function ShareDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: share, error, refetch } = useShare(conversation.id);
  return (
    <Modal opened onClose={onClose} title={t("Share conversation")} centered closeButtonProps={{ "aria-label": t("Close") }}>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {share === undefined && error === null && <Loader role="status" aria-label={t("Loading")} />}
      {share !== undefined && <ShareForm key={share?.token ?? ""} conversation={conversation} share={share} onClose={onClose} />}
    </Modal>
  );
}

interface ShareFormProps {
  conversation: Conversation;
  share: Share | null;
  onClose: () => void;
}

function ShareForm({ conversation, share, onClose }: ShareFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(share?.author_name ?? "");
  const give = useShareConversation(conversation.id);
  const withdraw = useWithdrawShare();
  const trouble = give.error ?? withdraw.error;
  return (
    <Stack gap="md">
      {share === null ? (
        <Text size="sm">{t("Everybody who has the link can read the conversation as it is now, without signing in. What comes later is not in it, and you can take the link back at any time.")}</Text>
      ) : (
        <SecretLink link={sharedAddress(share.token)}
          note={t("It shows {{messages}} as of {{time}}.", { messages: t("{{count, number}} messages", { count: share.message_count }), time: exactTime(share.updated_at) })} />
      )}
      <TextInput label={t("Your name, as it is shown (optional)")} value={name} maxLength={LONGEST_NAME} data-autofocus={share === null || undefined} styles={{ input: { textOverflow: "ellipsis" } }}
        onChange={(event) => setName(event.currentTarget.value)} />
      {trouble !== null && <ErrorNotice sentence={sentenceOf(trouble)} />}
      <Group justify="flex-end">
        {share !== null && (
          <Button variant="default" c="var(--error-text)" mr="auto" loading={withdraw.isPending} onClick={() => withdraw.mutate(conversation.id)}>{t("Withdraw link")}</Button>
        )}
        {share === null && <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>}
        <Button loading={give.isPending} leftSection={share === null ? <LinkIcon size={16} aria-hidden /> : <RefreshCw size={16} aria-hidden />}
          onClick={() => give.mutate(name.trim() || null)}>
          {share === null ? t("Create link") : t("Show it as it is now")}
        </Button>
      </Group>
    </Stack>
  );
}
