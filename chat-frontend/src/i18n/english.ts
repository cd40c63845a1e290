/** Owns the singulars of English. Every other English text is its own key. */

export const english: Record<string, string> = {
  "Add {{count}} more characters._one": "Add one more character.",
  "{{count, number}} accounts_one": "{{count, number}} account",
  "{{count, number}} api keys_one": "{{count, number}} api key",
  "{{count, number}} authenticator apps_one": "{{count, number}} authenticator app",
  "{{count, number}} codes are left._one": "One code is left.",
  "{{count, number}} conversations_one": "{{count, number}} conversation",
  "{{count, number}} events_one": "{{count, number}} event",
  "{{count, number}} factor attempts_one": "{{count, number}} factor attempt",
  "{{count, number}} factor challenges_one": "{{count, number}} factor challenge",
  "{{count, number}} invitations_one": "{{count, number}} invitation",
  "{{count, number}} messages_one": "{{count, number}} message",
  "{{count, number}} passkeys_one": "{{count, number}} passkey",
  "{{count, number}} password resets_one": "{{count, number}} password reset",
  "{{count, number}} recovery codes_one": "{{count, number}} recovery code",
  "{{count, number}} recovery codes left_one": "{{count, number}} recovery code left",
  "{{count, number}} remembered requests_one": "{{count, number}} remembered request",
  "{{count, number}} session proofs_one": "{{count, number}} session proof",
  "{{count, number}} sign-ins_one": "{{count, number}} sign-in",
  "{{count, number}} totp enrolments_one": "{{count, number}} totp enrolment",
  "{{count, number}} traces_one": "{{count, number}} trace",
};
