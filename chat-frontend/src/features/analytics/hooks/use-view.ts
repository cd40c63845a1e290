/** What is looked at, as the page's address says. */
import { useAddress } from "@/components/use-address";
import { useNow } from "./use-now";
import { readView, scopeOf, type Scope, type View, withView } from "../model/view";

export interface ViewChoice {
  view: View;
  scope: Scope;
  change: (change: Partial<View>) => void;
  /** The address of one subject: a step of its own in the browser's history. */
  linkTo: (subject: string) => string;
}

export function useView(): ViewChoice {
  const { address, setAddress } = useAddress();
  const view = readView(address);
  const now = useNow();
  return {
    view,
    scope: scopeOf(view, now),
    change: (change) => setAddress((current) => withView(current, change), { replace: true }),
    linkTo: (subject) => `?${withView(address, { subject }).toString()}`,
  };
}
