/** One persona: what it is called, what it is for, and what it sets. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Persona } from "@/api/shapes";
import { Tag } from "@/components/Tag";
import { formatNumber } from "@/i18n/format";
import classes from "./PersonasSection.module.css";

interface PersonaEntryProps {
  persona: Persona;
  mayChange: boolean;
  onChange: () => void;
  onDelete: () => void;
}

export function PersonaEntry({ persona, mayChange, onChange, onDelete }: PersonaEntryProps) {
  const { t } = useTranslation();
  const { name, description, model, temperature, is_shared: isShared } = persona;
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{name}</strong>
          {isShared && <Tag tone="accent">{t("Shared with all")}</Tag>}
        </div>
        {description !== "" && <span>{description}</span>}
        {model !== null && <span>{t("Model: {{name}}", { name: model })}</span>}
        {temperature !== null && <span>{t("Temperature: {{value}}", { value: formatNumber(temperature) })}</span>}
      </div>
      {mayChange && (
        <div className={classes.actions}>
          <Button variant="default" size="compact-sm" aria-label={t("Change {{name}}", { name })} onClick={onChange}>{t("Change")}</Button>
          <Button variant="default" size="compact-sm" aria-label={t("Delete {{name}}", { name })} onClick={onDelete}>{t("Delete")}</Button>
        </div>
      )}
    </li>
  );
}
