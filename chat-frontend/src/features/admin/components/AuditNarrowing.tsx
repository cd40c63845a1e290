/** Says whose doings are shown, and takes that back. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "@/api/shapes";
import { X } from "@/components/icons";
import { type AuditFilter, isAuditNarrowed } from "../model/audit-filter";
import classes from "./Audit.module.css";

interface AuditNarrowingProps {
  filter: AuditFilter;
  /** What is shown: it knows the names. */
  entries: AuditEntry[];
  onChange: (change: Partial<AuditFilter>) => void;
  onClear: () => void;
}

export function AuditNarrowing({ filter, entries, onChange, onClear }: AuditNarrowingProps) {
  const { t } = useTranslation();
  const { actor, target } = filter;
  const actorName = entries.find((entry) => entry.actor_id === actor)?.actor_name ?? actor;
  const targetName = entries.find((entry) => entry.target_id === target)?.target_name ?? target;
  return (
    <div className={classes.narrowing}>
      {actor !== "" && <Chip text={t("Done by {{name}}", { name: actorName })} onRemove={() => onChange({ actor: "" })} />}
      {target !== "" && <Chip text={t("Done to {{name}}", { name: targetName === "" ? target : targetName })} onRemove={() => onChange({ target: "" })} />}
      {isAuditNarrowed(filter) && <Button variant="subtle" size="compact-sm" onClick={onClear}>{t("Show everything")}</Button>}
    </div>
  );
}

function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className={classes.chip} aria-label={t("{{text}}: no longer", { text })} onClick={onRemove}>
      <span>{text}</span> <X size={14} aria-hidden />
    </button>
  );
}
