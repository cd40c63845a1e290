/** Reads the audit trail, and takes it along as a file. */
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { authClient, call, callWithResponse } from "@/api/clients";
import { fetchWithoutTimeLimit } from "@/api/outcome";
import { nextCursor } from "@/api/pagination";
import { saveFile } from "@/api/save-file";
import { type AuditFilter, auditQueryOf } from "../model/audit-filter";

export type AuditFormat = "csv" | "jsonl";

async function loadPage(filter: AuditFilter, cursor: string | null) {
  const query = { limit: 50, ...auditQueryOf(filter), ...(cursor === null ? {} : { cursor }) };
  const { data, response } = await callWithResponse("auth", () => authClient.GET("/audit/", { params: { query } }));
  return { entries: data, next: nextCursor(response) };
}

export function useAuditTrail(filter: AuditFilter) {
  return useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => loadPage(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
    staleTime: 0,
  });
}

/** All that matches, as the service writes it: the browser holds it as a file and not in memory. */
export function useAuditExport(filter: AuditFilter) {
  return useMutation({
    mutationFn: async (format: AuditFormat) => {
      const query = { ...auditQueryOf(filter), format };
      const content: Blob = await call("auth", () => authClient.GET("/audit/export", { params: { query }, parseAs: "blob", fetch: fetchWithoutTimeLimit }));
      saveFile(content, `convoai-audit-${new Date().toISOString().slice(0, 10)}.${format}`);
    },
  });
}
