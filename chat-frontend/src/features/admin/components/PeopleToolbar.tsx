/** Narrows the list of people, and adds to it. */
import { Button, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, UserPlus } from "@/components/icons";
import { phrase } from "@/i18n/phrase";
import { useRoles } from "../api/people";
import type { PeopleFilter } from "../model/people-filter";
import { useViewer } from "../model/viewer";
import classes from "./People.module.css";
import { SearchInput } from "./SearchInput";

const STATES: { value: PeopleFilter["state"]; label: string }[] = [
  { value: "", label: phrase("Any state") },
  { value: "active", label: phrase("Active") },
  { value: "deactivated", label: phrase("Deactivated") },
];

interface PeopleToolbarProps {
  filter: PeopleFilter;
  /** What is in the search field to begin with. */
  firstText: string;
  onChange: (change: Partial<PeopleFilter>) => void;
  onCreate: () => void;
  onInvite: () => void;
}

export function PeopleToolbar({ filter, firstText, onChange, onCreate, onInvite }: PeopleToolbarProps) {
  const { t } = useTranslation();
  const { data: roles } = useRoles();
  const { mayChange } = useViewer();
  const roleOptions = [{ value: "", label: t("Any role") }, ...(roles ?? []).map(({ name }) => ({ value: name, label: name }))];
  const chooseState = (value: string) => STATES.filter((state) => state.value === value).forEach((state) => onChange({ state: state.value }));
  return (
    <div className={classes.toolbar}>
      <SearchInput label={t("Search people")} placeholder={t("Name or email")} firstText={firstText} onChange={(text) => onChange({ text })} />
      <NativeSelect aria-label={t("Role")} data={roleOptions} value={filter.role} onChange={(event) => onChange({ role: event.currentTarget.value })} />
      <NativeSelect aria-label={t("State")} data={STATES.map(({ value, label }) => ({ value, label: t(label) }))} value={filter.state} onChange={(event) => chooseState(event.currentTarget.value)} />
      {mayChange && (
        <div className={classes.adding}>
          <Button variant="default" leftSection={<Link size={16} aria-hidden />} onClick={onInvite}>{t("Invite")}</Button>
          <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={onCreate}>{t("Create")}</Button>
        </div>
      )}
    </div>
  );
}
