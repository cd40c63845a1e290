/** Chooses the persona of a conversation, where there are any. */
import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FloatingMenu } from "@/components/FloatingMenu";
import { Check, ChevronDown, Drama } from "@/components/icons";
import { usePersonas } from "../api/personas";
import classes from "./PersonaMenu.module.css";

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
  const check = <Check size={16} aria-label={t("chosen")} />;
  return (
    <FloatingMenu width={280} className={classes.list}
      target={(
        <Button variant="subtle" color="gray" size="compact-sm" aria-label={t("Persona: {{name}}", { name: name ?? t("none") })}
          leftSection={<Drama size={16} aria-hidden />} rightSection={<ChevronDown size={14} aria-hidden />} className={classes.button} classNames={{ label: classes.label ?? "" }}>
          {name ?? t("Persona")}
        </Button>
      )}>
      <Menu.Item onClick={() => onChoose(null)} rightSection={chosen === null ? check : null}>{t("No persona")}</Menu.Item>
      {personas.map((persona) => (
        <Menu.Item key={persona.id} onClick={() => onChoose(persona.id)} rightSection={persona.id === chosen ? check : null}>
          <span className={classes.name}>{persona.name}</span>
          <span className={classes.description}>{persona.description}</span>
        </Menu.Item>
      ))}
    </FloatingMenu>
  );
}
