/** Owns the secrets of links (`#token=…`, `#invitation=…`), which leave the address before anything else can see them. */

const NAMES = ["token", "invitation"] as const;
export type LinkTokenName = (typeof NAMES)[number];

const taken = new Map<LinkTokenName, string>();

/** Take what a link brought out of the address. Returns: that of the newest link that was opened here, null without one. */
export function takeLinkToken(name: LinkTokenName = "token"): string | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  for (const one of NAMES) {
    const found = fragment.get(one);
    if (found === null) continue;
    taken.set(one, found);
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }
  return taken.get(name) ?? null;
}

/** It was used up: nobody needs it any more. */
export function forgetLinkToken(name: LinkTokenName = "token"): void {
  taken.delete(name);
}
