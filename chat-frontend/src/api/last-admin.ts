/** Knows whether somebody is the last who can administer: the service takes that from nobody. */
import { useQuery } from "@tanstack/react-query";
import { authClient, call } from "./clients";
import type { Person } from "./shapes";

/** All that is read of people begins with it, so that a change can ask for all of it anew. */
export const peopleKey = ["people"] as const;

/** Whether nobody could administer without this person; undefined while that is not known. For admins to ask. */
export function useIsLastAdmin({ id, roles, is_active: isActive }: Pick<Person, "id" | "roles" | "is_active">): boolean | undefined {
  const isAdmin = isActive && roles.includes("admin");
  const { data } = useQuery({
    queryKey: [...peopleKey, "admins"],
    queryFn: () => call("auth", () => authClient.GET("/users/", { params: { query: { role: "admin", is_active: true, limit: 2 } } })),
    enabled: isAdmin,
  });
  return isAdmin ? data?.every((admin) => admin.id === id) : false;
}
