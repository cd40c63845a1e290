/** Makes or changes a persona. */
import { Button, Checkbox, Group, Modal, NativeSelect, NumberInput, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useModels } from "@/api/models";
import { ApiError, sentenceOf } from "@/api/problem";
import type { Persona } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { randomId } from "@/config/random-id";
import { type PersonaAttempt, useChangePersona, useCreatePersona } from "../api/personas";
import { emptyPersona, fieldsOf, LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_PROMPT, orderOf, type PersonaFields } from "../model/persona-fields";

interface PersonaDialogProps {
  /** The one to change; null for a new one. */
  persona: Persona | null;
  mayShare: boolean;
  onClose: () => void;
}

export function PersonaDialog({ persona, mayShare, onClose }: PersonaDialogProps) {
  const { t } = useTranslation();
  const create = useCreatePersona();
  const change = useChangePersona();
  const { isPending, error } = persona === null ? create : change;
  const [fields, setFields] = useState<PersonaFields>(persona === null ? emptyPersona : fieldsOf(persona));
  const attempt = useRef<PersonaAttempt | null>(null); // the same one again, until something is changed
  const set = (part: Partial<PersonaFields>) => {
    attempt.current = null;
    setFields((before) => ({ ...before, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.current ??= { order: orderOf(fields, mayShare), idempotencyKey: randomId() };
    if (persona === null) create.mutate(attempt.current, { onSuccess: onClose });
    else change.mutate({ id: persona.id, order: attempt.current.order }, { onSuccess: onClose });
  };
  const faults = error instanceof ApiError ? error.fields : [];
  const faultOf = (field: keyof PersonaFields) => faults.find((one) => one.field === field)?.message;
  return (
    <Modal opened onClose={onClose} title={persona === null ? t("New persona") : t("Change persona")} centered size="lg" closeButtonProps={{ "aria-label": t("Close") }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t("Name")} required withAsterisk={false} data-autofocus maxLength={LONGEST_NAME} error={faultOf("name")} value={fields.name}
            onChange={({ currentTarget: { value } }) => set({ name: value })} />
          <TextInput label={t("Description")} description={t("What it is for, in a few words")} maxLength={LONGEST_DESCRIPTION} error={faultOf("description")}
            value={fields.description} onChange={({ currentTarget: { value } }) => set({ description: value })} />
          <Textarea label={t("Instructions")} description={t("What the model is told before each conversation. Leave it empty to tell it what is set for all.")}
            autosize minRows={4} maxRows={14} maxLength={LONGEST_PROMPT} error={faultOf("system_prompt")} value={fields.system_prompt}
            onChange={({ currentTarget: { value } }) => set({ system_prompt: value })} />
          <ModelInput chosen={fields.model} error={faultOf("model")} onChoose={(model) => set({ model })} />
          <NumberInput label={t("Temperature")} description={t("0 for the likeliest words, up to 2 for surprising ones. Leave it empty for what is set for all.")}
            min={0} max={2} step={0.1} decimalScale={2} error={faultOf("temperature")} value={fields.temperature} onChange={(temperature) => set({ temperature })} />
          {mayShare && (
            <Checkbox label={t("Share with all")} description={t("Everybody can choose it; administrators alone can change it.")} checked={fields.is_shared}
              onChange={({ currentTarget: { checked } }) => set({ is_shared: checked })} />
          )}
          {error !== null && faults.length === 0 && <ErrorNotice sentence={sentenceOf(error)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>
            <Button type="submit" loading={isPending} disabled={fields.name.trim() === ""}>{persona === null ? t("Create") : t("Save changes")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function ModelInput({ chosen, error, onChoose }: { chosen: string; error: string | undefined; onChoose: (model: string) => void }) {
  const { t } = useTranslation();
  const models = useModels().data ?? [];
  const isGone = chosen !== "" && models.length > 0 && models.every(({ id }) => id !== chosen);
  const offered = [{ value: "", label: t("The one that is set for all") }, ...models.map(({ id, name }) => ({ value: id, label: name }))];
  const data = chosen === "" || models.some(({ id }) => id === chosen) ? offered : [...offered, { value: chosen, label: chosen }];
  return (
    <NativeSelect label={t("Model")} data={data} error={error ?? (isGone && t("This model is not on offer any more. Choose another one."))} value={chosen}
      onChange={({ currentTarget: { value } }) => onChoose(value)} />
  );
}
