import { beforeAll, describe, expect, it } from "vitest";
import { show } from "@/i18n/translation";
import { auditEntryOf } from "@/test/audit";
import { phraseOf, sentenceOfEntry } from "./audit-words";
import { factorSentence } from "./factor-words";

beforeAll(() => show("de"));

describe("in German", () => {
  it("an entry of the audit trail has its words around the target", () => {
    expect(phraseOf(auditEntryOf(1, "user.deactivated"))).toEqual({ before: "hat ", target: "ada", after: " deaktiviert" });
    expect(sentenceOfEntry(auditEntryOf(1, "sign_in.refused", { actor_id: null, actor_name: "" }))).toBe(
      "Jemand wurde bei der Anmeldung als ada abgewiesen",
    );
    expect(sentenceOfEntry(auditEntryOf(1, "moon.landed"))).toBe("vera moon.landed: ada");
  });

  it("second factors are told", () => {
    const factors = { has_totp: true, passkey_count: 1, recovery_codes_left: 8, is_required: false };
    expect(factorSentence(factors)).toBe("Eine Authenticator-App, 1 Passkey, noch 8 Wiederherstellungscodes.");
  });
});
