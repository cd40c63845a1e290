/** Gathers everything that the services keep about the signed-in person into one file. */
import { useMutation } from "@tanstack/react-query";
import { t } from "i18next";
import { analyticsClient, authClient, call, callWithResponse, chatClient } from "@/api/clients";
import { fetchWithoutTimeLimit } from "@/api/outcome";
import { nextCursor } from "@/api/pagination";
import { ApiError } from "@/api/problem";
import { saveFile } from "@/api/save-file";
import type { SignIn } from "@/api/shapes";

const COMPLETE_ENDING = /"is_complete":\s*true\s*\}\s*$/;
const ENDING_BYTES = 64;

async function allSignIns(cursor: string | null = null): Promise<SignIn[]> {
  const query = { limit: 200, ...(cursor === null ? {} : { cursor }) };
  const { data, response } = await callWithResponse("auth", () => authClient.GET("/auth/sessions", { params: { query } }));
  const next = nextCursor(response);
  return next === null ? data : [...data, ...(await allSignIns(next))];
}

/** As the service writes it: the whole of it need not fit into memory. Raises: ApiError when it broke off. */
async function conversations(): Promise<Blob> {
  const { data } = await callWithResponse("chat", () => chatClient.GET("/export", { parseAs: "blob", fetch: fetchWithoutTimeLimit }));
  const document: Blob = data;
  if (COMPLETE_ENDING.test(await document.slice(-ENDING_BYTES).text())) return document;
  throw new ApiError(t("The export broke off before its end. Try again in a moment."), "export_incomplete", 200);
}

async function gather(): Promise<Blob> {
  const [account, signIns, usage, chat] = await Promise.all([
    call("auth", () => authClient.GET("/users/me")),
    allSignIns(),
    call("analytics", () => analyticsClient.GET("/analytics/me")),
    conversations(),
  ]);
  const rest = JSON.stringify({ exported_at: new Date().toISOString(), account, sign_ins: signIns, usage }, null, 2);
  return new Blob([rest.slice(0, -2), ',\n  "chat": ', chat, "\n}\n"], { type: "application/json" });
}

/** Gathers, and hands the file to the browser under the name. */
export function useExport() {
  return useMutation({
    mutationFn: async (fileName: string) => saveFile(await gather(), fileName),
  });
}
