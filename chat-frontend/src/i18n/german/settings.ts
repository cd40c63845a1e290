/** German for what people set for themselves. */

export const settings: Record<string, string> = {
  Theme: "Farbschema",
  Language: "Sprache",
  Light: "Hell",
  "Dark text on a light ground": "Dunkle Schrift auf hellem Grund",
  Dark: "Dunkel",
  "Light text on a dark ground": "Helle Schrift auf dunklem Grund",
  System: "System",
  "As this device is set": "Wie dieses Gerät eingestellt ist",
  "It is kept in your account and follows you to your other devices.":
    "Es wird in Ihrem Konto aufbewahrt und gilt auch auf Ihren anderen Geräten.",
  // Name, address, password
  "Name and address": "Name und Adresse",
  "here since {{day}}": "hier seit {{day}}",
  "Full name": "Voller Name",
  "How the page greets you. Leave it empty to go by your username.":
    "Wie die Seite Sie begrüßt. Lassen Sie es leer, um mit Ihrem Benutzernamen angesprochen zu werden.",
  "Save changes": "Änderungen speichern",
  "Saved.": "Gespeichert.",
  "Programs and devices that use the old one have to sign in again.":
    "Programme und Geräte, die das alte benutzen, müssen sich wieder anmelden.",
  "Your password is changed. All other devices were signed out; this one stays signed in.":
    "Ihr Passwort ist geändert. Alle anderen Geräte wurden abgemeldet; dieses bleibt angemeldet.",
  // Devices
  "Signed-in devices": "Angemeldete Geräte",
  "This device": "Dieses Gerät",
  "Signed in {{time}}": "Angemeldet am {{time}}",
  "Sign out": "Abmelden",
  "Sign out {{device}}, this device": "{{device}} abmelden, dieses Gerät",
  "Sign out {{device}}, signed in {{time}}": "{{device}} abmelden, angemeldet am {{time}}",
  "Sign out everywhere else": "Überall sonst abmelden",
  "Signed out.": "Abgemeldet.",
  "All devices but this one will be signed out. Programs that use your name and password have to sign in again.":
    "Alle Geräte außer diesem werden abgemeldet. Programme, die Ihren Namen und Ihr Passwort benutzen, müssen sich wieder anmelden.",
  "This is the device that you use now. You will have to sign in again here.":
    "Dies ist das Gerät, das Sie gerade benutzen. Sie müssen sich hier wieder anmelden.",
  "“{{device}}” at {{address}} will be signed out, and its open chats will close.":
    "„{{device}}“ unter {{address}} wird abgemeldet, und die offenen Chats dort schließen sich.",
  // API keys
  "With an API key your programs use ConvoAI in your name, without your password: they send the header {{header}} with the key. Whoever has the key can do what its scopes allow.":
    "Mit einem API-Schlüssel benutzen Ihre Programme ConvoAI in Ihrem Namen, ohne Ihr Passwort: Sie senden den Header {{header}} mit dem Schlüssel. Wer den Schlüssel hat, kann tun, was seine Befugnisse erlauben.",
  "Create API key": "API-Schlüssel anlegen",
  "Your API keys": "Ihre API-Schlüssel",
  "Your new API key": "Ihr neuer API-Schlüssel",
  "You have no API keys yet.": "Sie haben noch keine API-Schlüssel.",
  "Rename API key": "API-Schlüssel umbenennen",
  "Deleted. Programs that use it are refused within 10 seconds.":
    "Gelöscht. Programme, die ihn benutzen, werden innerhalb von 10 Sekunden abgewiesen.",
  "“{{name}}” will stop to work for every program that uses it. This cannot be undone.":
    "„{{name}}“ funktioniert dann für kein Programm mehr, das ihn benutzt. Das lässt sich nicht rückgängig machen.",
  "What the key is for, so that you recognise it later": "Wozu der Schlüssel dient, damit Sie ihn später wiedererkennen",
  Scopes: "Befugnisse",
  "Choose only what the program needs": "Wählen Sie nur, was das Programm braucht",
  Chat: "Chat",
  "Read and write your conversations, and ask the model": "Ihre Unterhaltungen lesen und schreiben und das Modell fragen",
  "Read analytics": "Auswertung lesen",
  "Read the figures that your account may see": "Die Zahlen lesen, die Ihr Konto sehen darf",
  Expires: "Läuft ab",
  "In 7 days": "In 7 Tagen",
  "In 30 days": "In 30 Tagen",
  "In 90 days": "In 90 Tagen",
  "In one year": "In einem Jahr",
  "Created {{time}}": "Angelegt am {{time}}",
  "Never expires": "Läuft nie ab",
  "Expired {{time}}": "Abgelaufen am {{time}}",
  "Expires {{time}}": "Gültig bis {{time}}",
  "API key “{{name}}”": "API-Schlüssel „{{name}}“",
  "This is the only time that the key is shown. Copy it now, and keep it where nobody else can read it.":
    "Der Schlüssel wird nur dieses eine Mal gezeigt. Kopieren Sie ihn jetzt, und bewahren Sie ihn dort auf, wo ihn sonst niemand lesen kann.",
  "The browser did not let the page copy. The key is selected: copy it by hand.":
    "Der Browser ließ die Seite nicht kopieren. Der Schlüssel ist ausgewählt: Kopieren Sie ihn von Hand.",
  // The person's data
  "Export my data": "Meine Daten exportieren",
  "Your account, your sign-ins, your figures and all conversations with their messages, as one JSON file that programs can read.":
    "Ihr Konto, Ihre Anmeldungen, Ihre Zahlen und alle Unterhaltungen mit ihren Nachrichten, als eine JSON-Datei, die Programme lesen können.",
  "Download my data": "Meine Daten herunterladen",
  "Delete my account": "Mein Konto löschen",
  "Delete my account…": "Mein Konto löschen…",
  "You are the last active administrator. Make somebody else one before you leave.":
    "Außer Ihnen verwaltet hier niemand. Geben Sie zuerst jemand anderem die Rolle, bevor Sie gehen.",
  "Your account, your conversations and everything else that is kept about you are erased in all services. This cannot be undone.":
    "Ihr Konto, Ihre Unterhaltungen und alles andere, was über Sie aufbewahrt wird, wird in allen Diensten gelöscht. Das lässt sich nicht rückgängig machen.",
  "You are signed out everywhere, and all of this is erased for good:": "Sie werden überall abgemeldet, und all das wird endgültig gelöscht:",
  "Your password": "Ihr Passwort",
  "I understand that nobody can bring it back.": "Ich verstehe, dass niemand es zurückholen kann.",
  "Keep my account": "Mein Konto behalten",
};
