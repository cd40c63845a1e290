/** German for second factors: setting them up, showing them, and signing in with them. */

export const factors: Record<string, string> = {
  "Besides your password, signing in needs one of these.": "Außer dem Passwort braucht die Anmeldung einen von diesen Faktoren.",
  "A second factor protects your account even when somebody knows your password.":
    "Ein zweiter Faktor schützt Ihr Konto auch dann, wenn jemand Ihr Passwort kennt.",
  "Your role needs at least one.": "Ihre Rolle verlangt mindestens einen.",
  "Choose another way": "Einen anderen Weg wählen",
  Continue: "Weiter",
  Confirm: "Bestätigen",
  "Confirm that it is you. For ten minutes you can then change your factors.":
    "Bestätigen Sie, dass Sie es sind. Dann können Sie zehn Minuten lang Ihre Faktoren ändern.",
  "Use your password": "Das Passwort benutzen",
  "Begin again": "Von vorn beginnen",
  Remove: "Entfernen",
  "Remove {{name}}": "{{name}} entfernen",
  "Not used yet": "Noch nicht benutzt",
  "Not used yet.": "Noch nicht benutzt.",
  "Last used {{day}}": "Zuletzt benutzt am {{day}}",
  "Last used {{day}}.": "Zuletzt benutzt am {{day}}.",
  "It is your last factor: from then on your password alone is enough, and your recovery codes are gone.":
    "Es ist Ihr letzter Faktor: Von da an genügt Ihr Passwort allein, und Ihre Wiederherstellungscodes sind weg.",
  // The app
  "Authenticator app": "Authenticator-App",
  "An app on your phone, or your password manager, shows a new code every half minute.":
    "Eine App auf Ihrem Telefon oder Ihr Passwortmanager zeigt alle halbe Minute einen neuen Code.",
  "Set up {{day}}.": "Eingerichtet am {{day}}.",
  "Set up the app": "App einrichten",
  "Set up an authenticator app": "Authenticator-App einrichten",
  "Use an authenticator app": "Eine Authenticator-App benutzen",
  "Replace the app": "App ersetzen",
  "Remove the app": "App entfernen",
  "Remove the authenticator app": "Authenticator-App entfernen",
  "The authenticator app is set up.": "Die Authenticator-App ist eingerichtet.",
  "The authenticator app is removed.": "Die Authenticator-App ist entfernt.",
  "The app’s codes will no longer let you in, and all your other devices are signed out.":
    "Mit den Codes der App kommen Sie nicht mehr hinein, und alle Ihre anderen Geräte werden abgemeldet.",
  "Scan this with an authenticator app, such as the one in your password manager.":
    "Scannen Sie dies mit einer Authenticator-App, zum Beispiel der in Ihrem Passwortmanager.",
  "QR code that holds the key below": "QR-Code, der den Schlüssel darunter enthält",
  "Or type this key into the app:": "Oder geben Sie diesen Schlüssel in die App ein:",
  "Code from your app": "Code aus Ihrer App",
  "Six digits that change every half minute.": "Sechs Ziffern, die sich alle halbe Minute ändern.",
  "Use a code from your app": "Einen Code aus Ihrer App benutzen",
  // Passkeys
  Passkeys: "Passkeys",
  "Your passkeys": "Ihre Passkeys",
  "Your fingerprint, your face, a PIN or a security key. A passkey also signs you in without your password.":
    "Ihr Fingerabdruck, Ihr Gesicht, eine PIN oder ein Sicherheitsschlüssel. Mit einem Passkey melden Sie sich auch ohne Passwort an.",
  "Passkeys need a current browser, and a page that is opened over https, or as localhost.":
    "Passkeys brauchen einen aktuellen Browser und eine Seite, die über https oder als localhost geöffnet ist.",
  "Your browser will ask for your fingerprint, your face, a PIN or a security key. Nothing of it leaves the device.":
    "Ihr Browser fragt nach Ihrem Fingerabdruck, Ihrem Gesicht, einer PIN oder einem Sicherheitsschlüssel. Nichts davon verlässt das Gerät.",
  "Name of the passkey": "Name des Passkeys",
  "So that you know it again, such as “My phone”.": "Damit Sie ihn wiedererkennen, zum Beispiel „Mein Telefon“.",
  "Add a passkey": "Passkey hinzufügen",
  "Set up the passkey": "Passkey einrichten",
  "Remove the passkey": "Passkey entfernen",
  "Rename the passkey": "Passkey umbenennen",
  "Added {{day}}": "Hinzugefügt am {{day}}",
  "Added {{day}}, kept by your platform": "Hinzugefügt am {{day}}, aufbewahrt von Ihrer Plattform",
  "The passkey is set up.": "Der Passkey ist eingerichtet.",
  "The passkey is removed.": "Der Passkey ist entfernt.",
  "The passkey has its new name.": "Der Passkey hat seinen neuen Namen.",
  "The passkey “{{name}}” will no longer let you in, and all your other devices are signed out.":
    "Mit dem Passkey „{{name}}“ kommen Sie nicht mehr hinein, und alle Ihre anderen Geräte werden abgemeldet.",
  "Use a passkey": "Einen Passkey benutzen",
  "Use your passkey": "Ihren Passkey benutzen",
  "Sign in with a passkey": "Mit einem Passkey anmelden",
  "Your passkey cannot be used in this browser, or at this address of the page.":
    "Ihr Passkey lässt sich in diesem Browser oder unter dieser Adresse der Seite nicht benutzen.",
  // Recovery codes
  "Recovery code": "Wiederherstellungscode",
  "One of the codes that you stored. Each is good once.": "Einer der Codes, die Sie verwahrt haben. Jeder gilt einmal.",
  "Use a recovery code": "Einen Wiederherstellungscode benutzen",
  "None is left.": "Es ist keiner mehr übrig.",
  "{{count, number}} codes are left._one": "Ein Code ist noch übrig.",
  "{{count, number}} codes are left._other": "{{count, number}} Codes sind noch übrig.",
  "Each lets you in once without your other factors.": "Mit jedem kommen Sie einmal ohne Ihre anderen Faktoren hinein.",
  "Make new codes": "Neue Codes erzeugen",
  "New recovery codes": "Neue Wiederherstellungscodes",
  "You get ten new codes. The ones that you have stored are then no longer good.":
    "Sie bekommen zehn neue Codes. Die, die Sie verwahrt haben, gelten dann nicht mehr.",
  "You have new recovery codes.": "Sie haben neue Wiederherstellungscodes.",
  "Store these recovery codes where you find them without your phone. Each lets you in once, should you lose your other factors.":
    "Verwahren Sie diese Wiederherstellungscodes dort, wo Sie sie ohne Ihr Telefon finden. Mit jedem kommen Sie einmal hinein, falls Sie Ihre anderen Faktoren verlieren.",
  "They are shown only now.": "Sie werden nur jetzt gezeigt.",
  "Copy codes": "Codes kopieren",
  "Download codes": "Codes herunterladen",
  "ConvoAI recovery codes. Each is good once.": "Wiederherstellungscodes für ConvoAI. Jeder gilt einmal.",
};
