/** Chooses the persona of a conversation, where there are any. */
import { useTranslation } from "react-i18next";
import { ChoiceMenu } from "@/components/ChoiceMenu";
import { Drama } from "@/components/icons";
import { usePersonas } from "../api/personas";

interface PersonaMenuProps {
  chosen: string | null;
  /** What it was called when it was chosen: it may be gone by now. */
  chosenName: string | null;
  onChoose: (personaId: string | null) => void;
}

export function PersonaMenu({ chosen, chosenName, onChoose }: PersonaMenuProps) {
  const { t } = useTranslation();
  const personas = usePersonas().data ?? [];
  if (personas.length === 0 && chosen === null) return null;
  const name = chosenName ?? personas.find(({ id }) => id === chosen)?.name ?? null;
  return (
    <ChoiceMenu label={t("Persona: {{name}}", { name: name ?? t("none") })} text={name ?? t("Persona")} isUnset={name === null}
      icon={<Drama size={16} aria-hidden />}
      choices={[{ id: null, name: t("No persona"), description: null }, ...personas]} chosen={chosen} onChoose={onChoose} />
  );
}
