/** Owns reading the `Link` header that lists answer with (RFC 8288). */

/** The cursor of the next page, or null on the last one. */
export function nextCursor(response: Response): string | null {
  const link = response.headers.get("Link");
  const target = link?.match(/<([^>]*)>\s*;[^,]*\brel="?next"?/)?.[1];
  return target === undefined ? null : new URL(target, response.url || "http://page.invalid").searchParams.get("cursor");
}
