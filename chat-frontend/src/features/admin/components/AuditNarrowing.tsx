/** Says whose doings are shown, and takes that back. */
import { Button } from "@mantine/core";
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
  const { actor, target } = filter;
  const actorName = entries.find((entry) => entry.actor_id === actor)?.actor_name ?? actor;
  const targetName = entries.find((entry) => entry.target_id === target)?.target_name ?? target;
  return (
    <div className={classes.narrowing}>
      {actor !== "" && <Chip text={`Done by ${actorName}`} onRemove={() => onChange({ actor: "" })} />}
      {target !== "" && <Chip text={`Done to ${targetName === "" ? target : targetName}`} onRemove={() => onChange({ target: "" })} />}
      {isAuditNarrowed(filter) && <Button variant="subtle" size="compact-sm" onClick={onClear}>Show everything</Button>}
    </div>
  );
}

function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  return (
    <button type="button" className={classes.chip} aria-label={`${text}: no longer`} onClick={onRemove}>
      <span>{text}</span> <X size={14} aria-hidden />
    </button>
  );
}
