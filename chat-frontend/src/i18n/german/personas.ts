/** German for personas. */

export const personas: Record<string, string> = {
  Personas: "Personas",
  "A persona is a name for how the model should be: its instructions, which model, and how daring. Choose one beside the model of a conversation.":
    "Eine Persona ist ein Name dafür, wie das Modell sein soll: seine Anweisungen, welches Modell, und wie gewagt. Wählen Sie eine neben dem Modell einer Unterhaltung.",
  "New persona": "Neue Persona",
  "Change persona": "Persona ändern",
  "Delete persona": "Persona löschen",
  "There are no personas yet.": "Es gibt noch keine Personas.",
  "Shared with all": "Mit allen geteilt",
  "Share with all": "Mit allen teilen",
  "Everybody can choose it; administrators alone can change it.": "Alle können sie wählen; nur die Verwaltung kann sie ändern.",
  "Temperature: {{value}}": "Temperatur: {{value}}",
  "Change {{name}}": "{{name}} ändern",
  "“{{name}}” will be gone for everybody. Conversations that began with it go on as they are.":
    "„{{name}}“ gibt es dann für niemanden mehr. Unterhaltungen, die damit begonnen haben, gehen unverändert weiter.",
  "“{{name}}” will be gone. Conversations that began with it go on as they are.":
    "„{{name}}“ gibt es dann nicht mehr. Unterhaltungen, die damit begonnen haben, gehen unverändert weiter.",
  Description: "Beschreibung",
  "What it is for, in a few words": "Wozu sie dient, in wenigen Worten",
  Instructions: "Anweisungen",
  "What the model is told before each conversation. Leave it empty to tell it what is set for all.":
    "Was dem Modell vor jeder Unterhaltung gesagt wird. Lassen Sie es leer, damit gilt, was für alle eingestellt ist.",
  Model: "Modell",
  "The one that is set for all": "Das für alle eingestellte",
  "This model is not on offer any more. Choose another one.": "Dieses Modell wird nicht mehr angeboten. Wählen Sie ein anderes.",
  Temperature: "Temperatur",
  "0 for the likeliest words, up to 2 for surprising ones. Leave it empty for what is set for all.":
    "0 für die wahrscheinlichsten Wörter, bis 2 für überraschende. Lassen Sie es leer, damit gilt, was für alle eingestellt ist.",
  Persona: "Persona",
  "Persona: {{name}}": "Persona: {{name}}",
  "No persona": "Keine Persona",
};
