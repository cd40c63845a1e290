/** What an import did, in words. */
import type { TFunction } from "i18next";
import type { ImportReport } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";

const reasons: Record<ImportReport["skipped"][number]["code"], string> = {
  already_imported: phrase("It is here already."),
  damaged: phrase("It could not be read."),
  without_id: phrase("It has no id, by which it would be known if it came again."),
  empty: phrase("There is no text in it."),
  too_long: phrase("It has too many messages."),
  too_many: phrase("There are too many messages in the file. Import the rest from a smaller one."),
};

export const reasonOf = (skipped: ImportReport["skipped"][number], t: TFunction): string => t(reasons[skipped.code]);

/** What of the conversations that came along is missing; empty when nothing is. */
export function leftOutOf({ left_out }: ImportReport, t: TFunction): string[] {
  const { attachments, tool, thoughts, errors, shortened } = left_out;
  return [
    attachments > 0 ? t("Pictures and other files: {{number}}", { number: attachments }) : "",
    tool > 0 ? t("What tools were asked and answered: {{number}}", { number: tool }) : "",
    thoughts > 0 ? t("Thoughts of the model: {{number}}", { number: thoughts }) : "",
    errors > 0 ? t("Why answers had failed: {{number}}", { number: errors }) : "",
    shortened > 0 ? t("The end of very long messages: {{number}}", { number: shortened }) : "",
  ].filter(Boolean);
}
