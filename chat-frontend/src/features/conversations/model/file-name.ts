/** What the file of a conversation is called. */

const EXTENSIONS = { markdown: "md", html: "html", json: "json" } as const;
const LONGEST = 60;

/** Letters and digits of any script stay; everything else, which some system may not take, becomes a hyphen. */
export function fileNameOf(title: string, format: keyof typeof EXTENSIONS): string {
  const name = title.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "-").slice(0, LONGEST).replace(/^[-.]+|[-.]+$/g, "");
  return `${name || "conversation"}.${EXTENSIONS[format]}`;
}
