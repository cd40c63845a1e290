/** Makes an API key, then shows it this once. */
import { Button, Checkbox, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, sentenceOf } from "@/api/problem";
import type { ApiKeyScope } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { randomId } from "@/config/random-id";
import { type ApiKeyOrder, useCreateApiKey } from "../api/api-keys";
import { endOf, endOptions, LONGEST_NAME, scopes as allScopes, scopeTerms, usualEnd } from "../model/api-key-terms";
import { NewApiKeyNotice } from "./NewApiKeyNotice";

export function CreateApiKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const create = useCreateApiKey();
  const isDone = create.isSuccess;
  return (
    // Once it is made a slip of the hand must not take it away unseen.
    <Modal opened onClose={onClose} title={isDone ? t("Your new API key") : t("Create API key")} centered size="lg"
      closeOnEscape={!isDone} closeOnClickOutside={!isDone} closeButtonProps={{ "aria-label": t("Close") }}>
      {isDone
        ? <NewApiKeyNotice apiKey={create.data} onClose={onClose} />
        : <ApiKeyForm isPending={create.isPending} error={create.error} onSubmit={create.mutate} onCancel={onClose} />}
    </Modal>
  );
}

interface Attempt {
  order: ApiKeyOrder;
  idempotencyKey: string;
}

interface ApiKeyFormProps {
  isPending: boolean;
  error: Error | null;
  onSubmit: (attempt: Attempt) => void;
  onCancel: () => void;
}

function ApiKeyForm({ isPending, error, onSubmit, onCancel }: ApiKeyFormProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<ApiKeyScope[]>(["chat"]);
  const [end, setEnd] = useState(usualEnd);
  const attempt = useRef<Attempt | null>(null); // the same one again, until something is changed
  const change = <Value,>(set: (value: Value) => void) => (value: Value) => {
    attempt.current = null;
    set(value);
  };
  const choose = change((chosen: string[]) => setScopes(allScopes.filter((scope) => chosen.includes(scope))));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const order = { name: name.trim(), scopes, expires_at: endOf(end, Date.now()) };
    attempt.current ??= { order, idempotencyKey: randomId() };
    onSubmit(attempt.current);
  };
  const fields = error instanceof ApiError ? error.fields : [];
  const faultOf = (field: string) => fields.find((one) => one.field === field)?.message;
  const isTold = faultOf("name") !== undefined || faultOf("expires_at") !== undefined;
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t("Name")} description={t("What the key is for, so that you recognise it later")} required withAsterisk={false}
          data-autofocus maxLength={LONGEST_NAME} error={faultOf("name")} value={name}
          onChange={(event) => change(setName)(event.currentTarget.value)} />
        <Checkbox.Group label={t("Scopes")} description={t("Choose only what the program needs")} value={scopes} onChange={choose}>
          <Stack mt="xs" gap="sm">
            {allScopes.map((scope) => <Checkbox key={scope} value={scope} label={t(scopeTerms[scope].label)} description={t(scopeTerms[scope].description)} />)}
          </Stack>
        </Checkbox.Group>
        <NativeSelect label={t("Expires")} data={endOptions.map(({ value, label }) => ({ value, label: t(label) }))} error={faultOf("expires_at")} value={end}
          onChange={(event) => change(setEnd)(event.currentTarget.value)} />
        {error !== null && !isTold && <ErrorNotice sentence={sentenceOf(error)} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>{t("Cancel")}</Button>
          <Button type="submit" loading={isPending} disabled={name.trim() === "" || scopes.length === 0}>{t("Create")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
