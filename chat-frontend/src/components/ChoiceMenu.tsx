/** A button that says what is chosen, and the menu of what else there is, each with a line about it. */
import { Button, Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ChoiceMenu.module.css";
import { FloatingMenu } from "./FloatingMenu";
import { Check, ChevronDown } from "./icons";

export interface Choice {
  id: string | null;
  name: string;
  description: string | null;
}

interface ChoiceMenuProps {
  /** What a screen reader says of the button. */
  label: string;
  /** What stands on it. */
  text: string | undefined;
  /** The text only names what could be chosen; with little room, the icon does. */
  isUnset?: boolean;
  icon?: ReactNode;
  choices: Choice[];
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

export function ChoiceMenu({ label, text, isUnset = false, icon, choices, chosen, onChoose }: ChoiceMenuProps) {
  const { t } = useTranslation();
  return (
    <FloatingMenu width={280} className={classes.list}
      target={(
        <Button variant="subtle" color="gray" size="compact-sm" aria-label={label} data-unset={isUnset || undefined} leftSection={icon}
          rightSection={<ChevronDown size={14} aria-hidden />} className={classes.button} classNames={{ label: classes.label ?? "", section: classes.section ?? "" }}>
          {text}
        </Button>
      )}>
      {choices.map(({ id, name, description }) => (
        <Menu.Item key={id} onClick={() => onChoose(id)} rightSection={id === chosen ? <Check size={16} aria-label={t("chosen")} /> : null}>
          <span className={classes.name}>{name}</span>
          {description && <span className={classes.description}>{description}</span>}
        </Menu.Item>
      ))}
    </FloatingMenu>
  );
}
