/** Owns which people are listed, as the page's address says it: a reload or a link shows the same. */

export const SORTS = ["username", "-username", "created_at", "-created_at", "last_login_at", "-last_login_at"] as const;
export type Sort = (typeof SORTS)[number];
export type SortField = "username" | "created_at" | "last_login_at";

export interface PeopleFilter {
  text: string;
  /** Empty for any. */
  role: string;
  state: "" | "active" | "deactivated";
  sort: Sort;
}

export const everyone: PeopleFilter = { text: "", role: "", state: "", sort: "username" };
const names = { text: "q", role: "role", state: "state", sort: "sort" } as const;

export function readFilter(address: URLSearchParams): PeopleFilter {
  const state = address.get(names.state);
  return {
    text: address.get(names.text) ?? "",
    role: address.get(names.role) ?? "",
    state: state === "active" || state === "deactivated" ? state : "",
    sort: SORTS.find((sort) => sort === address.get(names.sort)) ?? everyone.sort,
  };
}

/** The address with the changes; what is as usual is left out of it. */
export function withFilter(address: URLSearchParams, change: Partial<PeopleFilter>): URLSearchParams {
  const filter = { ...readFilter(address), ...change };
  const next = new URLSearchParams(address);
  for (const key of ["text", "role", "state", "sort"] as const) {
    if (filter[key] === everyone[key]) next.delete(names[key]);
    else next.set(names[key], filter[key]);
  }
  return next;
}

export function isNarrowed({ text, role, state }: PeopleFilter): boolean {
  return text !== "" || role !== "" || state !== "";
}

/** As the service is asked. */
export function queryOf({ text, role, state, sort }: PeopleFilter) {
  return {
    sort,
    ...(text.trim() === "" ? {} : { q: text.trim() }),
    ...(role === "" ? {} : { role }),
    ...(state === "" ? {} : { is_active: state === "active" }),
  };
}

/** Pressing a column sorts by it, pressing it again turns the order round. */
export function pressed(sort: Sort, field: SortField): Sort {
  return sort === field ? `-${field}` : field;
}

export function directionOf(sort: Sort, field: SortField): "ascending" | "descending" | undefined {
  if (sort === field) return "ascending";
  return sort === `-${field}` ? "descending" : undefined;
}
