/** One person: who they are, and what may be done about their account. */
import { Drawer, Skeleton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { isNotFound, sentenceOf } from "@/api/problem";
import type { Person } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useFocusBack } from "@/components/use-focus-back";
import { usePerson } from "../api/people";
import type { Asking } from "../model/asking";
import { useViewer } from "../model/viewer";
import classes from "./Person.module.css";
import { PersonApiKeys } from "./PersonApiKeys";
import { PersonAccount } from "./PersonAccount";
import { PersonFactors } from "./PersonFactors";
import { PersonFacts } from "./PersonFacts";
import { PersonRoles } from "./PersonRoles";
import { PersonSignIns } from "./PersonSignIns";

const PersonQuestion = lazy(() => import("./PersonQuestion").then((module) => ({ default: module.PersonQuestion })));

export function PersonDrawer({ username, onClose }: { username: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: person, error, refetch } = usePerson(username);
  const [asking, setAsking] = useState<Asking | null>(null);
  useFocusBack();
  return (
    <Drawer opened onClose={onClose} position="right" size={520} title={person?.full_name ?? username} returnFocus={false} closeOnEscape={asking === null}
      classNames={{ title: classes.title ?? "", body: classes.body ?? "" }} closeButtonProps={{ "aria-label": t("Close") }}>
      {person === undefined && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={90} mb="md" /><Skeleton height={220} /></div>}
      {person === undefined && error !== null && (
        <ErrorNotice sentence={isNotFound(error) ? t("There is nobody of this name any more.") : sentenceOf(error)} onRetry={isNotFound(error) ? undefined : () => void refetch()} />
      )}
      {person !== undefined && <PersonParts person={person} onAsk={setAsking} />}
      <Suspense>
        {person !== undefined && asking !== null && <PersonQuestion person={person} asking={asking} onClose={() => setAsking(null)} onGone={onClose} />}
      </Suspense>
    </Drawer>
  );
}

function PersonParts({ person, onAsk }: { person: Person; onAsk: (asking: Asking) => void }) {
  const { mayChange } = useViewer();
  return (
    <>
      <PersonFacts person={person} />
      {mayChange && (
        <>
          <PersonRoles person={person} />
          <PersonSignIns username={person.username} onAsk={onAsk} />
          <PersonFactors person={person} onAsk={onAsk} />
          <PersonApiKeys username={person.username} onAsk={onAsk} />
          <PersonAccount person={person} onAsk={onAsk} />
        </>
      )}
    </>
  );
}
