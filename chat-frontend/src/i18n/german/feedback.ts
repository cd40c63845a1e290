/** German for what a person thinks of an answer. */

export const feedback: Record<string, string> = {
  "Good answer": "Gute Antwort",
  "Bad answer": "Schlechte Antwort",
  "Comment on this answer": "Antwort kommentieren",
  "What was good or bad about it? (optional)": "Was war gut oder schlecht daran? (freiwillig)",
  "Save comment": "Kommentar speichern",
};
