/** German for bringing conversations along. */

export const imports: Record<string, string> = {
  "Import conversations": "Unterhaltungen importieren",
  "From an export of this page, or of ChatGPT: its zip file as it came, or the conversations.json in it. Texts and their versions come along; what is here already is left as it is.":
    "Aus einem Export dieser Seite oder von ChatGPT: die ZIP-Datei, wie sie kam, oder die conversations.json darin. Texte und ihre Fassungen kommen mit; was schon hier ist, bleibt, wie es ist.",
  "Choose a file…": "Datei wählen…",
  "The file is being read…": "Die Datei wird gelesen…",
  "{{done}} of {{total}} conversations": "{{done}} von {{total}} Unterhaltungen",
  Import: "Import",
  "Imported: {{conversations}} ({{messages}}).": "Importiert: {{conversations}} ({{messages}}).",
  "The import broke off. What was imported stays: choose the same file again to go on.":
    "Der Import brach ab. Was importiert wurde, bleibt: Wählen Sie dieselbe Datei noch einmal, um fortzufahren.",
  "Skipped conversations: {{number}}": "Übersprungene Unterhaltungen: {{number}}",
  "Skipped conversations": "Übersprungene Unterhaltungen",
  "Without a title": "Ohne Titel",
  "And {{number}} more.": "Und {{number}} weitere.",
  "Not everything in them came along": "Nicht alles darin kam mit",
  "It is here already.": "Sie ist schon hier.",
  "It could not be read.": "Sie ließ sich nicht lesen.",
  "It has no id, by which it would be known if it came again.": "Sie hat keine Kennung, an der sie wiederzuerkennen wäre.",
  "There is no text in it.": "Es steht kein Text darin.",
  "It has too many messages.": "Sie hat zu viele Nachrichten.",
  "There are too many messages in the file. Import the rest from a smaller one.":
    "In der Datei sind zu viele Nachrichten. Importieren Sie den Rest aus einer kleineren.",
  "Pictures and other files: {{number}}": "Bilder und andere Dateien: {{number}}",
  "What tools were asked and answered: {{number}}": "Was Werkzeuge gefragt wurden und antworteten: {{number}}",
  "Thoughts of the model: {{number}}": "Gedanken des Modells: {{number}}",
  "Why answers had failed: {{number}}": "Warum Antworten misslungen waren: {{number}}",
  "The end of very long messages: {{number}}": "Das Ende sehr langer Nachrichten: {{number}}",
};
