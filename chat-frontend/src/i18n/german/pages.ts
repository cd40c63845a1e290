/** German for the frame of the page, its sections, and the addresses that lead nowhere. */

export const pages: Record<string, string> = {
  "Back to the chat": "Zurück zum Chat",
  "Close conversations": "Unterhaltungen schließen",
  "Conversation list": "Liste der Unterhaltungen",
  "Open conversations": "Unterhaltungen öffnen",
  "Go to the sign-in page": "Zur Anmeldung",
  "Page not found": "Seite nicht gefunden",
  "There is nothing at this address. It may have moved, or the link has a mistake.":
    "Unter dieser Adresse gibt es nichts. Vielleicht ist es umgezogen, oder der Link hat einen Fehler.",
  "Go to your conversations": "Zu Ihren Unterhaltungen",
  "Something went wrong in the page": "In der Seite ist etwas schiefgegangen",
  "Your conversations and drafts are safe. Reload the page to go on; it may have been updated meanwhile.":
    "Ihre Unterhaltungen und Entwürfe sind sicher. Laden Sie die Seite neu, um weiterzumachen; vielleicht wurde sie inzwischen erneuert.",
  Profile: "Profil",
  "Your name and where mail reaches you.": "Ihr Name und wo E-Mails Sie erreichen.",
  "Long is better than complicated: a few words that have nothing to do with each other.":
    "Lang ist besser als kompliziert: einige Wörter, die nichts miteinander zu tun haben.",
  Security: "Sicherheit",
  Devices: "Geräte",
  "Sign out whatever you do not know or no longer use. It takes effect within 10 seconds.":
    "Melden Sie ab, was Sie nicht kennen oder nicht mehr benutzen. Es wirkt innerhalb von 10 Sekunden.",
  "API keys": "API-Schlüssel",
  Appearance: "Darstellung",
  "How the page looks, and the language it is in.": "Wie die Seite aussieht und in welcher Sprache sie ist.",
  "My data": "Meine Daten",
  "Everything that is kept about you: to take with you, to bring along, or to end.":
    "Alles, was über Sie gespeichert ist: zum Mitnehmen, Mitbringen oder Beenden.",
};
