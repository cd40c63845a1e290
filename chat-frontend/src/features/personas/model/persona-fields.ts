/** Owns what the form of a persona holds: texts, where the service has null for what is set for all. */
import type { Persona, PersonaOrder } from "@/api/shapes";

export const LONGEST_NAME = 100;
export const LONGEST_DESCRIPTION = 300;
export const LONGEST_PROMPT = 32_000;

export interface PersonaFields {
  name: string;
  description: string;
  system_prompt: string;
  model: string;
  /** Empty, or a number; what is being typed may be a text. */
  temperature: string | number;
  is_shared: boolean;
}

export const emptyPersona: PersonaFields = { name: "", description: "", system_prompt: "", model: "", temperature: "", is_shared: false };

export function fieldsOf({ name, description, system_prompt, model, temperature, is_shared }: Persona): PersonaFields {
  return { name, description, system_prompt: system_prompt ?? "", model: model ?? "", temperature: temperature ?? "", is_shared };
}

/** What is sent. Who may not share says nothing of it. */
export function orderOf({ name, description, system_prompt, model, temperature, is_shared }: PersonaFields, mayShare: boolean): PersonaOrder {
  const number = typeof temperature === "number" ? temperature : Number.parseFloat(temperature);
  return {
    name: name.trim(),
    description: description.trim(),
    system_prompt: system_prompt.trim() === "" ? null : system_prompt,
    model: model === "" ? null : model,
    temperature: Number.isNaN(number) ? null : number,
    ...(mayShare ? { is_shared } : {}),
  };
}
