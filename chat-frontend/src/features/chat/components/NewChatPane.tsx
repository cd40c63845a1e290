/** Where a conversation begins: a greeting, some ideas, and the field for the first message. */
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Sparkles } from "@/components/icons";
import { phrase } from "@/i18n/phrase";
import { useModels } from "@/api/models";
import { useDraft } from "../hooks/use-draft";
import { NEW_CONVERSATION } from "../model/drafts";
import { ChatHeader } from "./ChatHeader";
import classes from "./ChatPane.module.css";
import { Composer } from "./Composer";
import { DemonstrationNotice } from "./DemonstrationNotice";
import { ModelMenu } from "./ModelMenu";

interface NewChatPaneProps {
  username: string;
  greetingName: string | null;
  isCreating: boolean;
  error: string | null;
  /** Resolves once the message has found its conversation; until then the draft stays. */
  onBegin: (text: string) => Promise<boolean>;
  /** The model to begin with; null for what is set for all, or for what the persona has. */
  model: string | null;
  onModelChosen: (modelId: string) => void;
  /** Chooses a persona, beside the model. */
  personas?: ReactNode;
}

const ideas = [
  phrase("Explain how rainbows form, in three sentences."),
  phrase("Write a polite e-mail that moves a meeting to Friday."),
  phrase("Show a Python function that finds prime numbers."),
];

export function NewChatPane({ username, greetingName, isCreating, error, onBegin, model, onModelChosen, personas }: NewChatPaneProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useDraft(username, NEW_CONVERSATION);
  const models = useModels().data ?? [];
  const input = useRef<HTMLTextAreaElement>(null);
  const begin = async (text: string) => {
    if (await onBegin(text)) setDraft("");
  };
  const propose = (idea: string) => {
    setDraft(idea);
    input.current?.focus();
  };
  return (
    <>
      <ChatHeader title={t("New conversation")}
        choices={<>{personas}<ModelMenu models={models} chosen={model} onChoose={onModelChosen} /></>} />
      <div className={classes.welcome}>
        <span className={classes.mark} aria-hidden><Sparkles size={28} /></span>
        <h2>{greetingName ? t("Hello, {{name}}", { name: greetingName }) : t("Hello")}</h2>
        <p>{t("What would you like to talk about?")}</p>
        <ul className={classes.ideas} aria-label={t("Ideas")}>
          {ideas.map((one) => t(one)).map((idea) => (
            <li key={idea}>
              <button type="button" className={classes.idea} onClick={() => propose(idea)}>{idea}</button>
            </li>
          ))}
        </ul>
      </div>
      <div className={classes.foot}>
        {error !== null && <ErrorNotice sentence={error} onRetry={() => void begin(draft.trim())} />}
        <DemonstrationNotice models={models} />
        <Composer draft={draft} onDraftChange={setDraft} onSend={(text) => void begin(text)} onStop={null} isBusy={isCreating} inputRef={input} />
      </div>
    </>
  );
}
