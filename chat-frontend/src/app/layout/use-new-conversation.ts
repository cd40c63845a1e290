/** Begins a conversation from the sidebar, and goes there. */
import { useRef } from "react";
import { useNavigate } from "react-router-dom";
import { sentenceOf } from "@/api/problem";
import { paths } from "@/config/paths";
import { randomId } from "@/config/random-id";
import { useCreateConversation } from "@/features/conversations/api/conversations";

export function useNewConversation(onBegun: () => void) {
  const navigate = useNavigate();
  const create = useCreateConversation();
  const attemptKey = useRef(randomId());
  const begin = () =>
    create.mutate({ idempotencyKey: attemptKey.current }, {
      onSuccess: ({ id }) => {
        attemptKey.current = randomId();
        onBegun();
        void navigate(paths.conversation(id));
      },
    });
  return { begin, isCreating: create.isPending, error: create.isError ? sentenceOf(create.error) : null };
}
