import { describe, expect, it } from "vitest";
import { factorSentence } from "./factor-words";

const none = { has_totp: false, passkey_count: 0, recovery_codes_left: 0, is_required: false };

describe("what is said of second factors", () => {
  it("names those that there are", () => {
    expect(factorSentence({ ...none, has_totp: true, passkey_count: 2, recovery_codes_left: 8 })).toBe("An authenticator app, 2 passkeys, 8 recovery codes left.");
    expect(factorSentence({ ...none, passkey_count: 1 })).toBe("1 passkey, no recovery codes left.");
  });

  it("says when there is none, and whether there has to be", () => {
    expect(factorSentence(none)).toBe("None: a password is enough.");
    expect(factorSentence({ ...none, is_required: true })).toBe("None yet; a role demands one at the next sign-in.");
  });
});
