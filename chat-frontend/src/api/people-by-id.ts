/** Finds people by their ids, which are all that other services know of them. */
import { useQuery } from "@tanstack/react-query";
import { authClient, call } from "./clients";
import { peopleKey } from "./last-admin";
import type { Person } from "./shapes";

// As many as the sign-in service takes at once.
const AT_ONCE = 100;

async function load(ids: string[]): Promise<Map<string, Person>> {
  const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, index) => ids.slice(index * AT_ONCE, (index + 1) * AT_ONCE));
  const found = await Promise.all(parts.map((id) => call("auth", () => authClient.GET("/users/", { params: { query: { id, limit: AT_ONCE } } }))));
  return new Map(found.flat().map((person) => [person.id, person]));
}

/** Those of the ids that are somebody's. */
export function usePeopleById(ids: string[]) {
  const wanted = [...new Set(ids)].toSorted();
  return useQuery({
    queryKey: [...peopleKey, "by-id", wanted],
    queryFn: () => load(wanted),
    enabled: wanted.length > 0,
    placeholderData: (previous) => previous,
  });
}
