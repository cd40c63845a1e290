/** What the person may do. */
import { Button, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import { useIsLastAdmin } from "@/api/last-admin";
import type { Person } from "@/api/shapes";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { phrase } from "@/i18n/phrase";
import { useSetRoles } from "../api/people";
import { useViewer } from "../model/viewer";
import classes from "./Person.module.css";
import { RolesInput } from "./RolesInput";

const LAST_ADMIN = phrase("The last active administrator. Make somebody else one first.");

export function PersonRoles({ person }: { person: Person }) {
  const { t } = useTranslation();
  const [roles, setRoles] = useState(person.roles);
  const { userId } = useViewer();
  const isLastAdmin = useIsLastAdmin(person);
  const save = useSetRoles(person.username);
  if (person.id === userId) return null;
  const isChanged = roles.toSorted().join() !== person.roles.toSorted().join();
  const sentence = problemBeside(save.error, ["roles"]);
  return (
    <section className={classes.part} aria-label={t("Roles")}>
      <Stack>
        <RolesInput value={roles} onChange={setRoles} error={problemAt(save.error, "roles")} fixed={isLastAdmin === false ? {} : { admin: t(LAST_ADMIN) }} />
        {sentence !== null && <ErrorNotice sentence={sentence} />}
        <Group>
          <Button variant="default" disabled={!isChanged || roles.length === 0} loading={save.isPending} onClick={() => save.mutate(roles)}>{t("Save roles")}</Button>
          <DoneNotice sentence={save.isSuccess && !isChanged ? t("Saved. It holds within 10 seconds, everywhere.") : null} />
        </Group>
      </Stack>
    </section>
  );
}
