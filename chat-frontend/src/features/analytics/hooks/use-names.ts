/** What persons are called, where this reader may know it. */
import { usePeopleById } from "@/api/people-by-id";
import type { Names } from "../model/subjects";

export function useNames(ids: string[]): Names {
  return usePeopleById(ids.filter((id) => id !== "")).data;
}
