/** Owns what forms say about passwords; the rules themselves are the sign-in service's. */

export const passwordRules = "8 to 128 characters, with a letter and a digit.";

/** Reachable by keyboard, and named: Mantine's own is neither. */
export const revealButton = { "aria-label": "Show or hide the password", "aria-hidden": false, tabIndex: 0 };
