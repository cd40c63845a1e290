/** People in rows; the columns that can be sorted by say which way they are. */
import { Table, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ArrowDown, ArrowUp, ArrowUpDown } from "@/components/icons";
import { day, timeAgo } from "@/components/times";
import { directionOf, pressed, type Sort, type SortField } from "../model/people-filter";
import classes from "./People.module.css";
import type { PeopleListProps } from "./PeopleList";
import { PersonName, RoleBadges, StateBadge } from "./PersonName";

export function PeopleTable({ people, sort, onSort, onChoose }: PeopleListProps) {
  const { t } = useTranslation();
  const heading = (field: SortField, label: string) => <SortHeading field={field} sort={sort} onSort={onSort}>{label}</SortHeading>;
  return (
    <div className={classes.sheet}>
      <Table verticalSpacing="sm" horizontalSpacing="md" aria-label={t("People")}>
        <Table.Thead>
          <Table.Tr>
            {heading("username", t("Person"))}
            <Table.Th>{t("Roles")}</Table.Th>
            <Table.Th>{t("State")}</Table.Th>
            {heading("last_login_at", t("Last sign-in"))}
            {heading("created_at", t("Joined"))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((person) => (
            <Table.Tr key={person.id} className={classes.row ?? ""}>
              <Table.Td className={classes.who ?? ""}><PersonName person={person} onChoose={onChoose} /></Table.Td>
              <Table.Td><RoleBadges roles={person.roles} /></Table.Td>
              <Table.Td><StateBadge isActive={person.is_active} /></Table.Td>
              <Table.Td className={classes.when ?? ""}>{person.last_login_at === null ? t("Never") : timeAgo(person.last_login_at)}</Table.Td>
              <Table.Td className={classes.when ?? ""}>{day(person.created_at)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface SortHeadingProps {
  field: SortField;
  sort: Sort;
  onSort: (sort: Sort) => void;
  children: ReactNode;
}

function SortHeading({ field, sort, onSort, children }: SortHeadingProps) {
  const direction = directionOf(sort, field);
  const Arrow = direction === undefined ? ArrowUpDown : direction === "ascending" ? ArrowUp : ArrowDown;
  return (
    <Table.Th aria-sort={direction}>
      <UnstyledButton className={classes.sort} data-on={direction !== undefined || undefined} onClick={() => onSort(pressed(sort, field))}>
        {children} <Arrow size={14} aria-hidden />
      </UnstyledButton>
    </Table.Th>
  );
}
