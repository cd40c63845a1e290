/** Chooses which conversations are listed: all, pinned ones, or those with a folder or tag. */
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLabels } from "../api/labels";
import { choiceOf, type LabelChoice, valueOf } from "../model/label-choice";
import classes from "./ConversationSidebar.module.css";

interface LabelChoiceSelectProps {
  choice: LabelChoice;
  isArchived: boolean;
  onChoose: (choice: LabelChoice) => void;
}

const option = (kind: "folder" | "tag") => ({ name, count }: { name: string; count: number }) => ({ value: valueOf({ kind, name }), label: `${name} (${count})` });

export function LabelChoiceSelect({ choice, isArchived, onChoose }: LabelChoiceSelectProps) {
  const { t } = useTranslation();
  const labels = useLabels(isArchived).data;
  const folders = labels?.folders.map(option("folder")) ?? [];
  const tags = labels?.tags.map(option("tag")) ?? [];
  const chosen = valueOf(choice);
  // What was chosen may have lost its last conversation since.
  const isGone = "name" in choice && ![...folders, ...tags].some(({ value }) => value === chosen);
  const data = [
    { value: "all", label: t("All conversations") },
    { value: "pinned", label: t("Pinned") },
    ...(isGone ? [{ value: chosen, label: `${choice.name} (0)` }] : []),
    ...(folders.length > 0 ? [{ group: t("Folders"), items: folders }] : []),
    ...(tags.length > 0 ? [{ group: t("Tags"), items: tags }] : []),
  ];
  return (
    <NativeSelect aria-label={t("Conversations to list")} size="sm" data={data} value={chosen} classNames={{ input: classes.search ?? "", section: classes.searchIcon ?? "" }}
      onChange={(event) => onChoose(choiceOf(event.currentTarget.value))} />
  );
}
