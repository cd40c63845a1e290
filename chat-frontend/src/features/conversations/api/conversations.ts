/** Reads and changes the caller's conversations. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { call, callWithResponse, chatClient } from "@/api/clients";
import { nextCursor } from "@/api/pagination";
import type { Conversation } from "@/api/shapes";
import { everything, type LabelChoice } from "../model/label-choice";

export interface ConversationFilter {
  text: string;
  isArchived: boolean;
  /** All of them, where there is none. */
  label?: LabelChoice;
}

export type ConversationChange = Partial<Pick<Conversation, "title" | "archived" | "model" | "persona_id" | "pinned" | "folder" | "tags">>;

/** What a conversation begins with, where it is not what is set for all. */
export interface ConversationBeginning {
  model?: string;
  persona_id?: string;
}

const allConversations = ["conversations"] as const;

function labelQuery(label: LabelChoice): { pinned?: boolean; folder?: string; tag?: string } {
  if ("name" in label) return label.kind === "folder" ? { folder: label.name } : { tag: label.name };
  return label.kind === "pinned" ? { pinned: true } : {};
}

async function loadPage({ text, isArchived, label = everything }: ConversationFilter, cursor: string | null) {
  const { data, response } = await callWithResponse("chat", () =>
    chatClient.GET("/conversations/", {
      params: { query: { archived: isArchived, ...labelQuery(label), ...(text ? { q: text } : {}), ...(cursor ? { cursor } : {}) } },
    }),
  );
  return { conversations: data, next: nextCursor(response) };
}

export function useConversations(filter: ConversationFilter) {
  return useInfiniteQuery({
    queryKey: [...allConversations, "list", filter],
    queryFn: ({ pageParam }) => loadPage(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  });
}

export function useConversation(conversationId: string) {
  return useQuery({
    queryKey: [...allConversations, "one", conversationId],
    queryFn: () =>
      call("chat", () =>
        chatClient.GET("/conversations/{conversation_id}", { params: { path: { conversation_id: conversationId } } }),
      ),
  });
}

export function useRefreshConversations(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(() => client.invalidateQueries({ queryKey: allConversations }), [client]);
}

export function useCreateConversation() {
  const refresh = useRefreshConversations();
  return useMutation({
    // Repeating an attempt whose answer was lost gives the same conversation.
    mutationFn: ({ idempotencyKey, beginning = {} }: { idempotencyKey: string; beginning?: ConversationBeginning }) =>
      call("chat", () =>
        chatClient.POST("/conversations/", { body: beginning, params: { header: { "Idempotency-Key": idempotencyKey } } }),
      ),
    onSuccess: refresh,
  });
}

export function useChangeConversation() {
  const refresh = useRefreshConversations();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: ConversationChange }) =>
      call("chat", () =>
        chatClient.PATCH("/conversations/{conversation_id}", { params: { path: { conversation_id: id } }, body: change }),
      ),
    onSuccess: refresh,
  });
}

export function useDeleteConversation() {
  const client = useQueryClient();
  const refresh = useRefreshConversations();
  return useMutation({
    mutationFn: (id: string) =>
      call("chat", () =>
        chatClient.DELETE("/conversations/{conversation_id}", { params: { path: { conversation_id: id } } }),
      ),
    onSuccess: (_, id) => {
      client.removeQueries({ queryKey: [...allConversations, "one", id] });
      return refresh();
    },
  });
}
