/** Asks an administrator before something is done to a person, and does it. */
import { Text } from "@mantine/core";
import type { Person } from "@/api/shapes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { useChangePerson } from "../api/people";
import { useDeletePersonApiKey } from "../api/person-api-keys";
import { useResetPersonFactors } from "../api/person-factors";
import { useEndPersonSignIns } from "../api/person-sign-ins";
import { type Asking, type PlainAsking, questionOf } from "../model/asking";
import { DeletePersonDialog } from "./DeletePersonDialog";
import { ResetLinkDialog } from "./ResetLinkDialog";

interface PersonQuestionProps {
  person: Person;
  asking: Asking;
  onClose: () => void;
  /** The person is deleted. */
  onGone: () => void;
}

export function PersonQuestion({ person, asking, onClose, onGone }: PersonQuestionProps) {
  switch (asking.kind) {
    case "delete":
      return <DeletePersonDialog person={person} onClose={onClose} onGone={onGone} />;
    case "reset-link":
      return <ResetLinkDialog person={person} onClose={onClose} />;
    default:
      return <PlainQuestion person={person} asking={asking} onClose={onClose} />;
  }
}

function PlainQuestion({ person, asking, onClose }: { person: Person; asking: PlainAsking; onClose: () => void }) {
  const { isPending, error, start } = useDoing(person.username, onClose);
  const { title, consequence, label } = questionOf(asking, person);
  return (
    <ConfirmDialog title={title} confirmLabel={label} isPending={isPending} error={error} onConfirm={() => start(asking)} onCancel={onClose}>
      <Text>{consequence}</Text>
    </ConfirmDialog>
  );
}

/** Does what was asked about. */
function useDoing(username: string, onSuccess: () => void) {
  const change = useChangePerson(username);
  const endSignIns = useEndPersonSignIns(username);
  const deleteApiKey = useDeletePersonApiKey(username);
  const resetFactors = useResetPersonFactors(username);
  const all = [change, endSignIns, deleteApiKey, resetFactors];
  const start = (asking: PlainAsking) => {
    switch (asking.kind) {
      case "deactivate":
        return change.mutate({ is_active: false }, { onSuccess });
      case "end-sign-in":
        return endSignIns.mutate({ id: asking.signIn.id }, { onSuccess });
      case "end-sign-ins":
        return endSignIns.mutate("all", { onSuccess });
      case "delete-api-key":
        return deleteApiKey.mutate(asking.apiKey.id, { onSuccess });
      case "reset-factors":
        return resetFactors.mutate(undefined, { onSuccess });
    }
  };
  return { start, isPending: all.some((one) => one.isPending), error: all.find((one) => one.error !== null)?.error ?? null };
}
