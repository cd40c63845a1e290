/** German for the list of conversations. */

export const conversations: Record<string, string> = {
  "No conversation has this in its title.": "Keine Unterhaltung hat das im Titel.",
  "Nothing is archived.": "Nichts ist archiviert.",
  "No conversations yet. Begin one above.": "Noch keine Unterhaltungen. Beginnen Sie oben eine.",
  "Loading conversations": "Unterhaltungen werden geladen",
  "Search conversations": "Unterhaltungen suchen",
  "Showing archived": "Archivierte sind zu sehen",
  "Show archived": "Archivierte zeigen",
  "Actions for {{title}}": "Aktionen für {{title}}",
  "Delete conversation": "Unterhaltung löschen",
  "“{{title}}” and all its messages will be deleted. This cannot be undone.":
    "„{{title}}“ und alle Nachrichten darin werden gelöscht. Das lässt sich nicht rückgängig machen.",
  "Rename conversation": "Unterhaltung umbenennen",
  Title: "Titel",
  "{{minutes}} min ago": "vor {{minutes}} Min.",
  "{{hours}} h ago": "vor {{hours}} Std.",
};
