/** Sends an export to the service and follows how far its conversations are. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { t } from "i18next";
import { useState } from "react";
import { call, chatClient } from "@/api/clients";
import { fetchWithoutTimeLimit } from "@/api/outcome";
import { ApiError } from "@/api/problem";
import type { ImportReport } from "@/api/shapes";

export interface ImportProgress {
  done: number;
  total: number;
}

type Step = ImportProgress | ImportReport | { code: string; detail: string };

function brokenOff(): ApiError {
  return new ApiError(t("The import broke off. What was imported stays: choose the same file again to go on."), "import_incomplete", 200);
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + decoder.decode(read.value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch {
    throw brokenOff();
  }
}

/** Raises: ApiError for a file that is refused, and when the import broke off. */
export async function importFile(file: Blob, onProgress: (progress: ImportProgress) => void): Promise<ImportReport> {
  const stream = await call("chat", () =>
    chatClient.POST("/imports", {
      // The service reads the file as it is; the generated type is that of a form.
      body: file as never,
      bodySerializer: (body) => body,
      headers: { "Content-Type": "application/octet-stream", Accept: "application/x-ndjson" },
      parseAs: "stream",
      fetch: fetchWithoutTimeLimit,
    }),
  );
  for await (const line of linesOf(stream as unknown as ReadableStream<Uint8Array>)) {
    const step = JSON.parse(line) as Step;
    if ("conversations_imported" in step) return step;
    if ("detail" in step) throw new ApiError(step.detail, step.code, 200);
    onProgress(step);
  }
  throw brokenOff();
}

/** `progress` is null until the service has read the file. */
export function useImport() {
  const client = useQueryClient();
  const [progress, setProgress] = useState<ImportProgress | null>(null);
  const mutation = useMutation({
    mutationFn: (file: File) => {
      setProgress(null);
      return importFile(file, setProgress);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["conversations"] }),
  });
  return { ...mutation, progress };
}
