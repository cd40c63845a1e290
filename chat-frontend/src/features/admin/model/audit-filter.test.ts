import { describe, expect, it } from "vitest";
import { auditQueryOf, everything, isAuditNarrowed, readAuditFilter, withAuditFilter } from "./audit-filter";

const at = (address: string) => new URLSearchParams(address);

describe("which entries are listed", () => {
  it("is everything when the address says nothing, or nonsense", () => {
    expect(readAuditFilter(at(""))).toEqual(everything);
    expect(readAuditFilter(at("action=drop+table&from=yesterday&to=2026-99-99"))).toEqual(everything);
    expect(isAuditNarrowed(everything)).toBe(false);
    expect(auditQueryOf(everything)).toEqual({});
  });

  it("is kept in the address, without what narrows nothing", () => {
    const filter = { text: "ada & co", action: "user.", actor: "1", target: "2", from: "2026-01-01", to: "2026-01-31" };
    const address = withAuditFilter(at("other=1"), filter);
    expect(address.toString()).toBe("other=1&q=ada+%26+co&action=user.&actor=1&target=2&from=2026-01-01&to=2026-01-31");
    expect(readAuditFilter(address)).toEqual(filter);
    expect(withAuditFilter(address, everything).toString()).toBe("other=1");
  });

  it("takes the last day whole", () => {
    const { since, until } = auditQueryOf({ ...everything, from: "2026-01-31", to: "2026-01-31" });
    expect(since).toBe(new Date(2026, 0, 31).toISOString());
    expect(until).toBe(new Date(2026, 1, 1).toISOString());
  });

  it("asks for what is typed without the blanks around it", () => {
    expect(auditQueryOf({ ...everything, text: "  ada ", action: "api_key." })).toEqual({ q: "ada", action: "api_key." });
    expect(auditQueryOf({ ...everything, text: "  " })).toEqual({});
  });
});
