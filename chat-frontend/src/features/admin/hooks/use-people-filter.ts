/** Which people are listed and which one is looked at, as the page's address says. */
import { type PeopleFilter, readFilter, withFilter } from "../model/people-filter";
import { useAddress } from "@/components/use-address";

const PERSON = "person";

export function usePeopleFilter() {
  const { address, setAddress } = useAddress();
  return {
    filter: readFilter(address),
    change: (change: Partial<PeopleFilter>) => setAddress((current) => withFilter(current, change), { replace: true }),
    chosen: address.get(PERSON),
    /** A step of its own in the browser's history: the way back closes what was opened. */
    choose: (username: string | null) =>
      setAddress((current) => {
        const next = new URLSearchParams(current);
        if (username === null) next.delete(PERSON);
        else next.set(PERSON, username);
        return next;
      }),
  };
}
