/** Keeps what the parts of a page show, for the file that takes it along. */
import { createContext, useContext, useEffect, useId, useState } from "react";
import type { ExportTable, OnScreen } from "../model/export-file";

export type Parts = Map<string, OnScreen>;

export const OnScreenContext = createContext<Parts>(new Map());

export function useParts(): Parts {
  return useState<Parts>(() => new Map())[0];
}

/** Says what a part shows, for as long as it does. */
export function useOnScreen(title: string, table: ExportTable | null): void {
  const parts = useContext(OnScreenContext);
  const id = useId();
  useEffect(() => {
    if (table === null) parts.delete(id);
    else parts.set(id, { title, table });
  });
  useEffect(() => () => void parts.delete(id), [parts, id]);
}
