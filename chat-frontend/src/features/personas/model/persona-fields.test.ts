import { describe, expect, it } from "vitest";
import { emptyPersona, fieldsOf, orderOf } from "./persona-fields";

const persona = {
  id: "p1", name: "Pirate", description: "", system_prompt: null, model: "gpt-4", temperature: 0, is_shared: true, is_own: true,
  created_at: "2026-01-01T00:00:00+00:00", updated_at: "2026-01-01T00:00:00+00:00",
};

describe("the form of a persona", () => {
  it("holds what the persona has, and sends it back unchanged", () => {
    const fields = fieldsOf(persona);
    expect(fields).toEqual({ name: "Pirate", description: "", system_prompt: "", model: "gpt-4", temperature: 0, is_shared: true });
    expect(orderOf(fields, true)).toEqual({ name: "Pirate", description: "", system_prompt: null, model: "gpt-4", temperature: 0, is_shared: true });
  });

  it("sends null for what is left to what is set for all, and says nothing of sharing where one may not", () => {
    expect(orderOf({ ...emptyPersona, name: " Plain ", system_prompt: "  \n", temperature: "" }, false)).toEqual({
      name: "Plain", description: "", system_prompt: null, model: null, temperature: null,
    });
  });

  it("takes a number that was typed", () => {
    expect(orderOf({ ...emptyPersona, name: "x", temperature: "1.5" }, false).temperature).toBe(1.5);
    expect(orderOf({ ...emptyPersona, name: "x", temperature: "-" }, false).temperature).toBeNull();
  });
});
