/** Reads, makes, changes and deletes personas: the caller's own, and those that are shared. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, callWithResponse, chatClient } from "@/api/clients";
import { nextCursor } from "@/api/pagination";
import type { Persona, PersonaOrder } from "@/api/shapes";

const personasKey = ["personas"] as const;
const PAGE_SIZE = 200;

/** Own ones are at most 100 and shared ones few: all are needed wherever one is chosen. */
async function loadAll(): Promise<Persona[]> {
  const personas: Persona[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
    const { data, response }: { data: Persona[]; response: Response } = await callWithResponse("chat", () => chatClient.GET("/personas/", { params: { query } }));
    personas.push(...data);
    cursor = nextCursor(response);
  } while (cursor !== null);
  return personas;
}

export function usePersonas() {
  return useQuery({ queryKey: personasKey, queryFn: loadAll });
}

function useRefreshPersonas() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: personasKey });
}

export interface PersonaAttempt {
  order: PersonaOrder;
  /** Repeating an attempt whose answer was lost gives the same persona. */
  idempotencyKey: string;
}

export function useCreatePersona() {
  const refresh = useRefreshPersonas();
  return useMutation({
    mutationFn: ({ order, idempotencyKey }: PersonaAttempt) =>
      call("chat", () => chatClient.POST("/personas/", { body: order, params: { header: { "Idempotency-Key": idempotencyKey } } })),
    onSuccess: refresh,
  });
}

export function useChangePersona() {
  const refresh = useRefreshPersonas();
  return useMutation({
    mutationFn: ({ id, order }: { id: string; order: PersonaOrder }) =>
      call("chat", () => chatClient.PATCH("/personas/{persona_id}", { params: { path: { persona_id: id } }, body: order })),
    // Also after a refusal: what is shown may have been changed elsewhere.
    onSettled: refresh,
  });
}

export function useDeletePersona() {
  const refresh = useRefreshPersonas();
  return useMutation({
    mutationFn: (id: string) => call("chat", () => chatClient.DELETE("/personas/{persona_id}", { params: { path: { persona_id: id } } })),
    onSettled: refresh,
  });
}
