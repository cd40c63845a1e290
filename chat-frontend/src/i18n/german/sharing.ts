/** German for sharing by link. */

export const sharing: Record<string, string> = {
  "Share…": "Teilen…",
  "Share conversation": "Unterhaltung teilen",
  "Everybody who has the link can read the conversation as it is now, without signing in. What comes later is not in it, and you can take the link back at any time.":
    "Wer den Link hat, kann die Unterhaltung lesen, wie sie jetzt ist, ohne sich anzumelden. Was später kommt, ist nicht dabei, und Sie können den Link jederzeit zurücknehmen.",
  "It shows {{messages}} as of {{time}}.": "Er zeigt {{messages}}, Stand {{time}}.",
  "Your name, as it is shown (optional)": "Ihr Name, wie er gezeigt wird (freiwillig)",
  "Create link": "Link erstellen",
  "Show it as it is now": "Zeigen, wie sie jetzt ist",
  "Copy link": "Link kopieren",
  "Withdraw link": "Link zurücknehmen",
  "Withdraw the link to {{title}}": "Den Link zu {{title}} zurücknehmen",
  "Shared on {{time}}": "Geteilt am {{time}}",
  "Shared by {{name}} on {{time}}": "Geteilt von {{name}} am {{time}}",
  Question: "Frage",
  "Shared conversation": "Geteilte Unterhaltung",
  "There is nothing to see here": "Hier ist nichts zu sehen",
  "Perhaps the link has a mistake, or it was taken back. Ask whoever gave it to you for another one.":
    "Vielleicht hat der Link einen Fehler, oder er wurde zurückgenommen. Bitten Sie, wer ihn Ihnen gab, um einen anderen.",
  "Shared links": "Geteilte Links",
  "What everybody can read who has the link. Taken back, a link shows nothing at once.":
    "Was jeder lesen kann, der den Link hat. Ein zurückgenommener Link zeigt sofort nichts mehr.",
  "You have shared nothing. The menu of each conversation has “Share…”.":
    "Sie haben nichts geteilt. „Teilen…“ steht im Menü jeder Unterhaltung.",
  "As of {{time}}, without a name": "Stand {{time}}, ohne Namen",
  "As of {{time}}, by {{name}}": "Stand {{time}}, von {{name}}",
};
