/** Takes somebody's username, and offers those that fit what is typed. */
import { TextInput } from "@mantine/core";
import { useDebouncedValue, useId } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { usePeople } from "../api/people";
import { everyone } from "../model/people-filter";

const PAUSE_MS = 250;

export function PersonInput({ value, onChange, problem }: { value: string; onChange: (username: string) => void; problem: string | null }) {
  const { t } = useTranslation();
  const listId = useId();
  const [text] = useDebouncedValue(value, PAUSE_MS);
  const { data } = usePeople({ ...everyone, text });
  const people = data?.pages.flatMap((page) => page.people) ?? [];
  return (
    <>
      <TextInput label={t("Username")} autoComplete="off" autoCapitalize="none" spellCheck={false} list={listId} value={value}
        onChange={(event) => onChange(event.currentTarget.value)} error={problem} />
      <datalist id={listId}>
        {people.map(({ id, username, full_name: name }) => <option key={id} value={username}>{name ?? username}</option>)}
      </datalist>
    </>
  );
}
