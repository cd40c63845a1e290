/** Reads what a refusal says of single fields, for forms that show it there. */
import { ApiError, sentenceOf } from "./problem";

/** What the service says of a field, as one text; null when it says nothing. */
export function problemAt(error: unknown, field: string): string | null {
  if (!(error instanceof ApiError)) return null;
  const messages = error.fields.filter((one) => one.field === field).map(({ message }) => message);
  return messages.length === 0 ? null : messages.map((message) => message.replace(/\.?$/, ".")).join(" ");
}

/** The sentence for the form as a whole; null when there is no error, or when one of its fields shows it. */
export function problemBeside(error: unknown, fields: string[]): string | null {
  if (error === null || error === undefined || fields.some((field) => problemAt(error, field) !== null)) return null;
  return sentenceOf(error);
}
