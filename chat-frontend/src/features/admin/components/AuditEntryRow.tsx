/** One entry of the audit trail: a sentence, and what else is known of it behind a fold. */
import { UnstyledButton } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "@/api/shapes";
import { ChevronDown } from "@/components/icons";
import { exactTime, timeAgo } from "@/components/times";
import type { AuditFilter } from "../model/audit-filter";
import { actorOf, noteOf, phraseOf, textOf } from "../model/audit-words";
import classes from "./Audit.module.css";

interface AuditEntryRowProps {
  entry: AuditEntry;
  onChange: (change: Partial<AuditFilter>) => void;
}

export function AuditEntryRow({ entry, onChange }: AuditEntryRowProps) {
  const { t } = useTranslation();
  const { before, target, after } = phraseOf(entry);
  const note = noteOf(entry);
  return (
    <li className={classes.entry}>
      <details>
        <summary>
          <span className={classes.sentence}>
            <strong>{actorOf(entry)}</strong> {before}{target !== null && <strong>{target}</strong>}{after}
            {note !== null && <span className={classes.note}>{note}</span>}
          </span>
          <span className={classes.when}>
            <time dateTime={entry.at} title={timeAgo(entry.at)}>{exactTime(entry.at)}</time>
            {entry.address !== "" && ` ${t("from {{address}}", { address: entry.address })}`}
          </span>
          <ChevronDown size={16} aria-hidden />
        </summary>
        <Fold entry={entry} onChange={onChange} />
      </details>
    </li>
  );
}

function Fold({ entry, onChange }: AuditEntryRowProps) {
  const { t } = useTranslation();
  const { actor_id: actor, target_id: target } = entry;
  return (
    <div className={classes.fold}>
      <dl className={classes.facts}>
        {factsOf(entry, t).map(([term, text]) => <div key={term}><dt>{term}</dt><dd>{text}</dd></div>)}
      </dl>
      <div className={classes.ways}>
        {actor !== null && <UnstyledButton className={classes.way} onClick={() => onChange({ actor })}>{t("All that {{name}} did", { name: actorOf(entry) })}</UnstyledButton>}
        {target !== null && <UnstyledButton className={classes.way} onClick={() => onChange({ target })}>{targetWay(entry, t)}</UnstyledButton>}
      </div>
    </div>
  );
}

function targetWay({ target_name: name }: AuditEntry, t: TFunction): string {
  return name === "" || name === null ? t("All that was done to it") : t("All that was done to {{name}}", { name });
}

function factsOf(entry: AuditEntry, t: TFunction): [string, string][] {
  const { sequence, action, actor_id: actor, target_kind: kind, target_id: target, request_id: request, detail } = entry;
  const facts: [string, string | null][] = [
    [t("Entry"), t("No. {{sequence}}", { sequence })],
    [t("Action"), action],
    [t("Done by"), actor],
    [t("Done to"), target === null ? null : `${(kind ?? "").replaceAll("_", " ")} ${target}`],
    [t("Request"), request === "" ? null : request],
    ...Object.entries(detail).map(([name, value]): [string, string] => [termOf(name), textOf(value)]),
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** As the service calls it. */
function termOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
