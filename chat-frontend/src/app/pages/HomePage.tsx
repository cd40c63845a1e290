/** Begins a conversation with its first message. */
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router-dom";
import { sentenceOf } from "@/api/problem";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { randomId } from "@/config/random-id";
import { NewChatPane } from "@/features/chat/components/NewChatPane";
import { type ConversationBeginning, useCreateConversation } from "@/features/conversations/api/conversations";
import { usePersonas } from "@/features/personas/api/personas";
import { PersonaMenu } from "@/features/personas/components/PersonaMenu";
import { useProfile } from "@/features/settings/api/profile";
import { writeOutbox } from "@/realtime/outbox";
import { useChatContext } from "../layout/chat-context";

export function HomePage() {
  const { t } = useTranslation();
  usePageTitle(t("New conversation"));
  const { session } = useChatContext();
  const { data: profile } = useProfile();
  const navigate = useNavigate();
  const create = useCreateConversation();
  const attemptKey = useRef(randomId());
  const [beginning, setBeginning] = useState<ConversationBeginning>({});
  const choose = (part: ConversationBeginning) => {
    attemptKey.current = randomId(); // another beginning is another conversation
    setBeginning(part);
  };

  const persona = usePersonas().data?.find(({ id }) => id === beginning.persona_id);

  const begin = async (content: string) => {
    try {
      const { id } = await create.mutateAsync({ idempotencyKey: attemptKey.current, beginning });
      // The conversation finds the message in its outbox and sends it as soon as it is connected.
      const entry = { clientId: randomId(), content, model: null, at: new Date().toISOString() };
      writeOutbox(session.username, id, [entry]);
      void navigate(paths.conversation(id));
      return true;
    } catch {
      return false; // The mutation holds the error, and the page shows it; the draft stays.
    }
  };
  return (
    <NewChatPane username={session.username} greetingName={profile?.full_name ?? profile?.username ?? null}
      isCreating={create.isPending} error={create.isError ? sentenceOf(create.error) : null} onBegin={begin}
      model={beginning.model ?? persona?.model ?? null} onModelChosen={(model) => choose({ ...beginning, model })}
      personas={(
        <PersonaMenu chosen={beginning.persona_id ?? null} chosenName={null}
          onChoose={(persona_id) => choose(persona_id === null ? {} : { persona_id })} />
      )} />
  );
}
