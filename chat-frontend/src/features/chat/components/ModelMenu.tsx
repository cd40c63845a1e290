/** Chooses the model of a conversation, where there is a choice. */
import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Model } from "@/api/shapes";
import { FloatingMenu } from "@/components/FloatingMenu";
import { Check, ChevronDown } from "@/components/icons";
import classes from "./ModelMenu.module.css";

interface ModelMenuProps {
  models: Model[];
  chosen: string | null;
  onChoose: (modelId: string) => void;
}

export function ModelMenu({ models, chosen, onChoose }: ModelMenuProps) {
  const { t } = useTranslation();
  if (models.length < 2) return null;
  const current = models.find(({ id }) => id === chosen) ?? models.find(({ is_default }) => is_default);
  return (
    <FloatingMenu width={280} className={classes.list}
      target={(
        <Button variant="subtle" color="gray" size="compact-sm" aria-label={t("Model: {{name}}", { name: current?.name ?? t("none") })}
          rightSection={<ChevronDown size={14} aria-hidden />} className={classes.button} classNames={{ label: classes.label ?? "" }}>
          {current?.name}
        </Button>
      )}>
      {models.map((model) => (
        <Menu.Item key={model.id} onClick={() => onChoose(model.id)}
          rightSection={model === current ? <Check size={16} aria-label={t("chosen")} /> : null}>
          <span className={classes.name}>{model.name}</span>
          <span className={classes.description}>{model.description}</span>
        </Menu.Item>
      ))}
    </FloatingMenu>
  );
}
