/** Takes figures along as files: what is on screen, or a whole list as the service writes it. */
import { useMutation } from "@tanstack/react-query";
import { analyticsClient, call } from "@/api/clients";
import { fetchWithoutTimeLimit } from "@/api/outcome";
import { saveFile } from "@/api/save-file";
import type { Cut } from "@/api/shapes";
import type { Scope } from "../model/view";

export function useListExport({ from, to, timezone }: Scope) {
  return useMutation({
    mutationFn: async (by: Cut) => {
      const document: Blob = await call("analytics", () =>
        analyticsClient.GET("/analytics/export.csv", { params: { query: { from, to, timezone, by } }, parseAs: "blob", fetch: fetchWithoutTimeLimit }),
      );
      saveFile(document, `convoai-${by}-${from}-${to}.csv`);
    },
  });
}
