/** Which of the conversations are listed: all of them, the pinned ones, or those with a folder or tag; pure. */

export type LabelChoice = { kind: "all" } | { kind: "pinned" } | { kind: "folder" | "tag"; name: string };

export const everything: LabelChoice = { kind: "all" };

/** A choice as the value of a form's field, and back. */
export const valueOf = (choice: LabelChoice): string => ("name" in choice ? `${choice.kind}:${choice.name}` : choice.kind);

export function choiceOf(value: string): LabelChoice {
  if (value === "pinned") return { kind: "pinned" };
  const [kind, ...rest] = value.split(":");
  return kind === "folder" || kind === "tag" ? { kind, name: rest.join(":") } : everything;
}

const LONGEST_TAG = 50;
export const MOST_TAGS = 20;

/** The tags in a text with commas between them; each once, whatever the case of its letters. */
export function tagsOf(text: string): string[] {
  const tags = new Map<string, string>();
  for (const part of text.split(",")) {
    const tag = part.trim().slice(0, LONGEST_TAG).trim();
    if (tag !== "" && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag);
  }
  return [...tags.values()];
}
