/** Narrows the list of people, and adds to it. */
import { Button, NativeSelect } from "@mantine/core";
import { Link, UserPlus } from "@/components/icons";
import { useRoles } from "../api/people";
import type { PeopleFilter } from "../model/people-filter";
import { useViewer } from "../model/viewer";
import classes from "./People.module.css";
import { SearchInput } from "./SearchInput";

const STATES: { value: PeopleFilter["state"]; label: string }[] = [
  { value: "", label: "Any state" },
  { value: "active", label: "Active" },
  { value: "deactivated", label: "Deactivated" },
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
  const { data: roles } = useRoles();
  const { mayChange } = useViewer();
  const roleOptions = [{ value: "", label: "Any role" }, ...(roles ?? []).map(({ name }) => ({ value: name, label: name }))];
  const chooseState = (value: string) => STATES.filter((state) => state.value === value).forEach((state) => onChange({ state: state.value }));
  return (
    <div className={classes.toolbar}>
      <SearchInput label="Search people" placeholder="Name or email" firstText={firstText} onChange={(text) => onChange({ text })} />
      <NativeSelect aria-label="Role" data={roleOptions} value={filter.role} onChange={(event) => onChange({ role: event.currentTarget.value })} />
      <NativeSelect aria-label="State" data={STATES} value={filter.state} onChange={(event) => chooseState(event.currentTarget.value)} />
      {mayChange && (
        <div className={classes.adding}>
          <Button variant="default" leftSection={<Link size={16} aria-hidden />} onClick={onInvite}>Invite</Button>
          <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={onCreate}>Create</Button>
        </div>
      )}
    </div>
  );
}
