/** German for taking conversations along. */

export const takingAlong: Record<string, string> = {
  "Export…": "Exportieren…",
  "Export conversation": "Unterhaltung exportieren",
  Form: "Form",
  Markdown: "Markdown",
  "Text for notes and editors: the version that is shown.": "Text für Notizen und Editoren: die Fassung, die zu sehen ist.",
  "Web page": "Webseite",
  "One file to read or print anywhere: the version that is shown.": "Eine Datei, die sich überall lesen und drucken lässt: die Fassung, die zu sehen ist.",
  JSON: "JSON",
  "For programs, and to import it again: with all versions.": "Für Programme und um sie wieder zu importieren: mit allen Fassungen.",
  Download: "Herunterladen",
};
