/** German for sorting conversations. */

export const labels: Record<string, string> = {
  "All conversations": "Alle Unterhaltungen",
  Pinned: "Angeheftet",
  Folders: "Ordner",
  Tags: "Schlagwörter",
  "Conversations to list": "Welche Unterhaltungen zu sehen sind",
  "Folder and tags": "Ordner und Schlagwörter",
  "Folder and tags…": "Ordner und Schlagwörter…",
  Folder: "Ordner",
  "Tags, with commas between them": "Schlagwörter, mit Kommas dazwischen",
  "At most {{most}} tags.": "Höchstens {{most}} Schlagwörter.",
  Pin: "Anheften",
  Unpin: "Lösen",
  "Nothing is here.": "Hier ist nichts.",
};
