/** Owns the secret of a link (`#token=…`), which leaves the address before anything else can see it. */

let token: string | null = null;

/** Take the token out of the address. Returns: that of the newest link that was opened here, null without one. */
export function takeLinkToken(): string | null {
  const found = new URLSearchParams(window.location.hash.slice(1)).get("token");
  if (found !== null) {
    token = found;
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }
  return token;
}

/** It was used up: nobody needs it any more. */
export function forgetLinkToken(): void {
  token = null;
}
