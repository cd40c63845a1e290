/** Owns what forms say about passwords; the rules themselves are the sign-in service's. */
import { t } from "i18next";
import { phrase } from "@/i18n/phrase";

export const passwordRules = phrase("8 to 128 characters, with a letter and a digit.");

/** Reachable by keyboard, and named: Mantine's own is neither. */
export const revealButton = {
  get "aria-label"() {
    return t("Show or hide the password");
  },
  "aria-hidden": false,
  tabIndex: 0,
};
