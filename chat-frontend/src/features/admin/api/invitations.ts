/** Makes, lists and withdraws invitations. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { authClient, call, callWithResponse } from "@/api/clients";
import { nextCursor } from "@/api/pagination";

const invitationsKey = ["invitations"] as const;

async function loadPage(cursor: string | null) {
  const query = { limit: 25, ...(cursor === null ? {} : { cursor }) };
  const { data, response } = await callWithResponse("auth", () => authClient.GET("/invitations/", { params: { query } }));
  return { invitations: data, next: nextCursor(response) };
}

export function useInvitations() {
  return useInfiniteQuery({
    queryKey: invitationsKey,
    queryFn: ({ pageParam }) => loadPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export interface NewInvitation {
  email: string | null;
  roles: string[];
  expires_in_hours: number;
}

export function useInvite() {
  const client = useQueryClient();
  return useMutation({
    // Repeating an attempt whose answer was lost gives the same invitation.
    mutationFn: ({ invitation, attemptKey }: { invitation: NewInvitation; attemptKey: string }) =>
      call("auth", () => authClient.POST("/invitations/", { body: invitation, params: { header: { "Idempotency-Key": attemptKey } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: invitationsKey }),
  });
}

export function useWithdrawInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      call("auth", () => authClient.DELETE("/invitations/{invitation_id}", { params: { path: { invitation_id: id } } })),
    // Also after a refusal: it may have been used meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: invitationsKey }),
  });
}
