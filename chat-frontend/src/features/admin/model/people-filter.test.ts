import { describe, expect, it } from "vitest";
import { directionOf, everyone, isNarrowed, pressed, queryOf, readFilter, withFilter } from "./people-filter";

const at = (address: string) => new URLSearchParams(address);

describe("which people are listed", () => {
  it("is everyone by name when the address says nothing, or nonsense", () => {
    expect(readFilter(at(""))).toEqual(everyone);
    expect(readFilter(at("state=odd&sort=password"))).toEqual(everyone);
    expect(isNarrowed(everyone)).toBe(false);
    expect(queryOf(everyone)).toEqual({ sort: "username" });
  });

  it("is kept in the address, without what is as usual, and beside what else is there", () => {
    const address = withFilter(at("person=ada"), { text: "ada & co", role: "admin", state: "deactivated", sort: "-created_at" });
    expect(address.toString()).toBe("person=ada&q=ada+%26+co&role=admin&state=deactivated&sort=-created_at");
    expect(readFilter(address)).toEqual({ text: "ada & co", role: "admin", state: "deactivated", sort: "-created_at" });
    expect(withFilter(address, everyone).toString()).toBe("person=ada");
  });

  it("is asked for as the service knows it", () => {
    expect(queryOf({ text: "  ada ", role: "user", state: "active", sort: "username" })).toEqual({
      q: "ada", role: "user", is_active: true, sort: "username",
    });
    expect(queryOf({ ...everyone, text: "  ", state: "deactivated" })).toEqual({ is_active: false, sort: "username" });
  });

  it("turns round when the same column is pressed again", () => {
    expect(pressed("username", "created_at")).toBe("created_at");
    expect(pressed("created_at", "created_at")).toBe("-created_at");
    expect(pressed("-created_at", "created_at")).toBe("created_at");
    expect(directionOf("-created_at", "created_at")).toBe("descending");
    expect(directionOf("created_at", "created_at")).toBe("ascending");
    expect(directionOf("created_at", "username")).toBeUndefined();
  });
});
