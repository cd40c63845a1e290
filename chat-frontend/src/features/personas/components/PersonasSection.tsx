/** One's own personas and the shared ones: making, changing and deleting them. */
import { Button, Loader, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Persona } from "@/api/shapes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Plus } from "@/components/icons";
import { useDeletePersona, usePersonas } from "../api/personas";
import { PersonaDialog } from "./PersonaDialog";
import { PersonaEntry } from "./PersonaEntry";
import classes from "./PersonasSection.module.css";

type Asking = { about: "new" } | { about: "change" | "deletion"; persona: Persona };

/** `mayShare`: for admins, who may share theirs with all and change shared ones. */
export function PersonasSection({ mayShare }: { mayShare: boolean }) {
  const { t } = useTranslation();
  const { data: personas, error, isPending, refetch } = usePersonas();
  const [asking, setAsking] = useState<Asking | null>(null);
  const list = useRef<HTMLElement>(null);
  const close = () => setAsking(null);
  return (
    <>
      <Button leftSection={<Plus size={18} aria-hidden />} onClick={() => setAsking({ about: "new" })}>{t("New persona")}</Button>
      <section className={classes.personas} aria-label={t("Personas")} ref={list} tabIndex={-1}>
        {isPending && <div role="status" aria-label={t("Loading")} className={classes.loading}><Loader aria-hidden /></div>}
        {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
        {personas?.length === 0 && <p className={classes.empty}>{t("There are no personas yet.")}</p>}
        {personas !== undefined && personas.length > 0 && (
          <ul className={classes.list}>
            {personas.map((persona) => (
              <PersonaEntry key={persona.id} persona={persona} mayChange={persona.is_shared ? mayShare : persona.is_own}
                onChange={() => setAsking({ about: "change", persona })} onDelete={() => setAsking({ about: "deletion", persona })} />
            ))}
          </ul>
        )}
      </section>
      {asking?.about === "new" && <PersonaDialog persona={null} mayShare={mayShare} onClose={close} />}
      {asking?.about === "change" && <PersonaDialog persona={asking.persona} mayShare={mayShare} onClose={close} />}
      {asking?.about === "deletion" && <DeletePersona persona={asking.persona} onClose={close} focusAfterwards={list} />}
    </>
  );
}

function DeletePersona({ persona, onClose, focusAfterwards }: { persona: Persona; onClose: () => void; focusAfterwards: React.RefObject<HTMLElement> }) {
  const { t } = useTranslation();
  const remove = useDeletePersona();
  return (
    <ConfirmDialog title={t("Delete persona")} confirmLabel={t("Delete")} isPending={remove.isPending} error={remove.error} focusAfterwards={focusAfterwards}
      onConfirm={() => remove.mutate(persona.id, { onSuccess: onClose })} onCancel={onClose}>
      <Text>
        {persona.is_shared
          ? t("“{{name}}” will be gone for everybody. Conversations that began with it go on as they are.", { name: persona.name })
          : t("“{{name}}” will be gone. Conversations that began with it go on as they are.", { name: persona.name })}
      </Text>
    </ConfirmDialog>
  );
}
