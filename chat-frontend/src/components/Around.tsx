/** A translated text, with the children where its hole is. */
import type { ReactNode } from "react";
import { aroundHole } from "@/i18n/hole";

export function Around({ text, children }: { text: string; children: ReactNode }) {
  const { before, after } = aroundHole(text);
  return <>{before}{children}{after}</>;
}
