/** Reads and changes people. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authClient, call, callWithResponse } from "@/api/clients";
import { peopleKey } from "@/api/last-admin";
import { nextCursor } from "@/api/pagination";
import type { Person, PersonChange } from "@/api/shapes";
import { type PeopleFilter, queryOf } from "../model/people-filter";


async function loadPage(filter: PeopleFilter, cursor: string | null) {
  const query = { ...queryOf(filter), ...(cursor === null ? {} : { cursor }) };
  const { data, response } = await callWithResponse("auth", () => authClient.GET("/users/", { params: { query } }));
  return { people: data, next: nextCursor(response) };
}

export function usePeople(filter: PeopleFilter) {
  return useInfiniteQuery({
    queryKey: [...peopleKey, "list", filter],
    queryFn: ({ pageParam }) => loadPage(filter, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (previous) => previous,
  });
}

export function usePerson(username: string) {
  return useQuery({
    queryKey: [...peopleKey, "one", username],
    queryFn: () => call("auth", () => authClient.GET("/users/{username}", { params: { path: { username } } })),
  });
}

export function useRoles() {
  return useQuery({
    queryKey: ["roles"],
    queryFn: () => call("auth", () => authClient.GET("/roles/")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useRefreshPeople(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: peopleKey });
}

/** What is known of a person comes with the answer; the lists are asked for anew. */
function usePersonChange<Change>(send: (change: Change) => Promise<Person>) {
  const client = useQueryClient();
  const refresh = useRefreshPeople();
  return useMutation({
    mutationFn: send,
    onSuccess: (person) => {
      client.setQueryData([...peopleKey, "one", person.username], person);
      return refresh();
    },
  });
}

export const useChangePerson = (username: string) =>
  usePersonChange((body: PersonChange) => call("auth", () => authClient.PATCH("/users/{username}", { params: { path: { username } }, body })));

export const useSetRoles = (username: string) =>
  usePersonChange((roles: string[]) =>
    call("auth", () => authClient.PUT("/users/{username}/roles", { params: { path: { username } }, body: { roles } })),
  );

export interface NewPerson {
  username: string;
  email: string;
  full_name: string | null;
  password: string;
  roles: string[];
}

export const useCreatePerson = () => usePersonChange((body: NewPerson) => call("auth", () => authClient.POST("/users/", { body })));

export function useMakeResetLink(username: string) {
  return useMutation({
    mutationFn: () => call("auth", () => authClient.POST("/users/{username}/password-reset", { params: { path: { username } } })),
  });
}
