/** Lets a page follow the link that it was opened by. */
import { useEffect, useState } from "react";
import { forgetLinkToken, type LinkTokenName, takeLinkToken } from "@/config/link-token";

/** The token, null without one, and a way to be rid of it. */
export function useLinkToken(name: LinkTokenName): [string | null, () => void] {
  const [token, setToken] = useState(() => takeLinkToken(name));
  // Another link opened in this tab changes nothing but the fragment, which loads no page.
  useEffect(() => {
    const take = () => setToken(takeLinkToken(name));
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, [name]);
  const forget = () => {
    forgetLinkToken(name);
    setToken(null);
  };
  return [token, forget];
}
