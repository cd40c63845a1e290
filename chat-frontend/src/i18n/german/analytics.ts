/** German for the figures of the installation. */

export const analytics: Record<string, string> = {
  "Close analytics": "Auswertung schließen",
  "Updated {{time}}, every 30 s": "Stand {{time}}, alle 30 s neu",
  "Updated {{time}}, as it changes": "Stand {{time}}, laufend aktuell",
  "Total users": "Benutzer gesamt",
  "Active today": "Heute aktiv",
  "Tokens used": "Verbrauchte Tokens",
  "Average response": "Mittlere Antwortzeit",
  "Error rate today: {{rate}}": "Fehlerquote heute: {{rate}}",
};
