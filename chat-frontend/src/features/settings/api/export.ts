/** Gathers everything that the services keep about the signed-in person into one file. */
import { useMutation } from "@tanstack/react-query";
import { t } from "i18next";
import { analyticsClient, authClient, call, chatClient } from "@/api/clients";
import { fetchWithoutTimeLimit } from "@/api/outcome";
import { ApiError } from "@/api/problem";
import { saveFile } from "@/api/save-file";

const COMPLETE_ENDING = /"is_complete":\s*true\s*\}\s*$/;
const ENDING_BYTES = 64;

/** As the service writes it: the whole of it need not fit into memory. Raises: ApiError when it broke off. */
async function conversations(): Promise<Blob> {
  const document: Blob = await call("chat", () => chatClient.GET("/export", { parseAs: "blob", fetch: fetchWithoutTimeLimit }));
  if (COMPLETE_ENDING.test(await document.slice(-ENDING_BYTES).text())) return document;
  throw new ApiError(t("The export broke off before its end. Try again in a moment."), "export_incomplete", 200);
}

async function gather(): Promise<Blob> {
  const [{ profile, sessions, factors, api_keys, activity }, usage, chat] = await Promise.all([
    call("auth", () => authClient.GET("/users/me/export")),
    call("analytics", () => analyticsClient.GET("/analytics/me")),
    conversations(),
  ]);
  const account = { account: profile, sign_ins: sessions, factors, api_keys, activity };
  const rest = JSON.stringify({ exported_at: new Date().toISOString(), ...account, usage }, null, 2);
  return new Blob([rest.slice(0, -2), ',\n  "chat": ', chat, "\n}\n"], { type: "application/json" });
}

/** Gathers, and hands the file to the browser under the name. */
export function useExport() {
  return useMutation({
    mutationFn: async (fileName: string) => saveFile(await gather(), fileName),
  });
}
