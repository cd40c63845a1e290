/** The people who have an account: found, sorted, and one of them looked at. */
import { Button, Skeleton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { usePeople } from "../api/people";
import { usePeopleFilter } from "../hooks/use-people-filter";
import { everyone, isNarrowed, type PeopleFilter } from "../model/people-filter";
import { PeopleList } from "./PeopleList";
import classes from "./People.module.css";
import { PeopleToolbar } from "./PeopleToolbar";

const PersonDrawer = lazy(() => import("./PersonDrawer").then((module) => ({ default: module.PersonDrawer })));
const CreatePersonDialog = lazy(() => import("./CreatePersonDialog").then((module) => ({ default: module.CreatePersonDialog })));
const InviteDialog = lazy(() => import("./InviteDialog").then((module) => ({ default: module.InviteDialog })));

export function PeopleSection() {
  const { filter, change, chosen, choose } = usePeopleFilter();
  const [dialog, setDialog] = useState<"create" | "invite" | null>(null);
  const [clearings, setClearings] = useState(0);
  const close = () => setDialog(null);
  const clear = () => {
    change({ ...everyone, sort: filter.sort });
    setClearings(clearings + 1);
  };
  return (
    <>
      {/* Anew after a clearing: what is typed into it is its own. */}
      <PeopleToolbar key={clearings} filter={filter} firstText={clearings === 0 ? filter.text : ""} onChange={change} onCreate={() => setDialog("create")} onInvite={() => setDialog("invite")} />
      <FoundPeople filter={filter} onChange={change} onClear={clear} onChoose={choose} />
      <Suspense>
        {chosen !== null && <PersonDrawer key={chosen} username={chosen} onClose={() => choose(null)} />}
        {dialog === "create" && <CreatePersonDialog onClose={close} onCreated={choose} />}
        {dialog === "invite" && <InviteDialog onClose={close} />}
      </Suspense>
    </>
  );
}

interface FoundPeopleProps {
  filter: PeopleFilter;
  onChange: (change: Partial<PeopleFilter>) => void;
  onClear: () => void;
  onChoose: (username: string) => void;
}

function FoundPeople({ filter, onChange, onClear, onChoose }: FoundPeopleProps) {
  const { t } = useTranslation();
  const { data, error, isPending, isPlaceholderData, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePeople(filter);
  const people = data?.pages.flatMap((page) => page.people) ?? [];
  if (isPending) return <div role="status" aria-label={t("Loading")}>{[1, 2, 3, 4, 5].map((row) => <Skeleton key={row} height={60} mb="xs" radius="md" />)}</div>;
  return (
    <div aria-busy={isPlaceholderData}>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {people.length > 0 && <PeopleList people={people} sort={filter.sort} onSort={(sort) => onChange({ sort })} onChoose={onChoose} />}
      {people.length === 0 && error === null && <NobodyFound isFiltered={isNarrowed(filter)} onClear={onClear} />}
      {hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more")}</Button>
        </div>
      )}
    </div>
  );
}

function NobodyFound({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.empty}>
      <p>{isFiltered ? t("Nobody is like this.") : t("Nobody has an account yet.")}</p>
      {isFiltered && <Button variant="default" onClick={onClear}>{t("Show everyone")}</Button>}
    </div>
  );
}
