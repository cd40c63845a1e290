/** Owns where addresses in an answer may lead, and when a text says so by itself. */

/** Only an absolute web or mail address leads anywhere; the rest is text. */
export function destinationOf(href: string | undefined): URL | null {
  const address = href !== undefined && URL.canParse(href) ? new URL(href) : null;
  return address !== null && ["http:", "https:", "mailto:"].includes(address.protocol) ? address : null;
}

/** What a reader should know of the address: its host, or to whom the mail goes. */
export function placeOf(destination: URL): string {
  return destination.host || destination.pathname;
}

/** Whether a link's text is its address, so that the place need not be added. Names before an @ and look-alikes count as other text. */
export function saysPlace(text: string, destination: URL): boolean {
  const place = placeOf(destination);
  if (text === place) return true;
  const full = text.includes("://") ? text : `https://${text}`;
  const named = URL.canParse(full) ? new URL(full) : null;
  return named !== null && named.host === destination.host && named.username === "" && text.includes(place);
}
