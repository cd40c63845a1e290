/** People in a table where there is room for one, else as cards. */
import { NativeSelect } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Person } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";
import { SORTS, type Sort } from "../model/people-filter";
import classes from "./People.module.css";
import { PeopleTable } from "./PeopleTable";
import { PersonMarks, PersonName } from "./PersonName";

export interface PeopleListProps {
  people: Person[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  onChoose: (username: string) => void;
}

const SORT_LABELS: Record<Sort, string> = {
  username: phrase("Username, from A"),
  "-username": phrase("Username, from Z"),
  created_at: phrase("Oldest account first"),
  "-created_at": phrase("Newest account first"),
  last_login_at: phrase("Longest away first"),
  "-last_login_at": phrase("Last here first"),
};

export function PeopleList(props: PeopleListProps) {
  const isWide = useMediaQuery("(min-width: 1000px)", undefined, { getInitialValueInEffect: false });
  return isWide ? <PeopleTable {...props} /> : <PeopleCards {...props} />;
}

function PeopleCards({ people, sort, onSort, onChoose }: PeopleListProps) {
  const { t } = useTranslation();
  const chooseSort = (value: string) => SORTS.filter((one) => one === value).forEach(onSort);
  return (
    <>
      <NativeSelect aria-label={t("Order")} mb="sm" data={SORTS.map((value) => ({ value, label: t(SORT_LABELS[value]) }))} value={sort}
        onChange={(event) => chooseSort(event.currentTarget.value)} />
      <ul className={classes.cards} aria-label={t("People")}>
        {people.map((person) => (
          <li key={person.id} className={classes.card}>
            <PersonName person={person} onChoose={onChoose} />
            <PersonMarks person={person} />
          </li>
        ))}
      </ul>
    </>
  );
}
