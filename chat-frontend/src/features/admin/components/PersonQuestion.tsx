/** Asks an administrator before something is done to a person, and does it. */
import { Text } from "@mantine/core";
import type { Person } from "@/api/shapes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { useChangePerson } from "../api/people";
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
  const change = useChangePerson(person.username);
  const end = useEndPersonSignIns(person.username);
  const { title, consequence, label } = questionOf(asking, person);
  const confirm = () => {
    if (asking.kind === "deactivate") change.mutate({ is_active: false }, { onSuccess: onClose });
    else end.mutate(asking.kind === "end-sign-ins" ? "all" : { id: asking.signIn.id }, { onSuccess: onClose });
  };
  return (
    <ConfirmDialog title={title} confirmLabel={label} isPending={change.isPending || end.isPending} error={change.error ?? end.error}
      onConfirm={confirm} onCancel={onClose}>
      <Text>{consequence}</Text>
    </ConfirmDialog>
  );
}
