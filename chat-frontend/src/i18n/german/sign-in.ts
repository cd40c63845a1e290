/** German for signing in, registering, forgotten passwords, and the passwords that people choose. */

export const signIn: Record<string, string> = {
  "Signing you in": "Sie werden angemeldet",
  "One moment, please": "Einen Moment, bitte",
  "You are still signed in, and what you wrote is kept. This page tries again by itself.":
    "Sie sind weiterhin angemeldet, und was Sie geschrieben haben, bleibt erhalten. Diese Seite versucht es von selbst erneut.",
  "{{trouble}} You stay signed in, and this page tries again by itself.":
    "{{trouble}} Sie bleiben angemeldet, und diese Seite versucht es von selbst erneut.",
  "Sign in anew": "Neu anmelden",
  "Forgot your password?": "Passwort vergessen?",
  "Back to sign in": "Zurück zur Anmeldung",
  "A link lets you choose a new one. It holds for a short time and can be used once.":
    "Mit einem Link wählen Sie ein neues. Er gilt kurze Zeit und lässt sich einmal verwenden.",
  "Have an account?": "Sie haben ein Konto?",
  "It takes a minute, and everything stays on this server.": "Es dauert eine Minute, und alles bleibt auf diesem Server.",
  "Choose a new password": "Neues Passwort wählen",
  "Ask for a new link": "Neuen Link anfordern",
  "Every device that is signed in to your account is then signed out.":
    "Alle Geräte, die an Ihrem Konto angemeldet sind, werden dann abgemeldet.",
  "This page needs the whole link. Open it again from the mail, or ask for a new one.":
    "Diese Seite braucht den ganzen Link. Öffnen Sie ihn noch einmal aus der E-Mail, oder fordern Sie einen neuen an.",
  "Confirm it is you": "Bestätigen Sie, dass Sie es sind",
  "Your account is protected by a second factor.": "Ihr Konto ist durch einen zweiten Faktor geschützt.",
  "Protect your account": "Schützen Sie Ihr Konto",
  "Your role needs a second factor. Set one up now; it takes a minute.":
    "Ihre Rolle verlangt einen zweiten Faktor. Richten Sie jetzt einen ein; es dauert eine Minute.",
  "Not you?": "Nicht Sie?",
  "Your session has ended. Sign in again to go on where you were; what you wrote is kept.":
    "Ihre Sitzung ist beendet. Melden Sie sich wieder an, um dort weiterzumachen, wo Sie waren; was Sie geschrieben haben, bleibt erhalten.",
  "You are signed out here, but the sign-in service could not be reached. Open this page again later: it then ends your session there, too.":
    "Sie sind hier abgemeldet, aber der Anmeldedienst war nicht erreichbar. Öffnen Sie diese Seite später noch einmal: Sie beendet Ihre Sitzung dann auch dort.",
  "Your password is changed. Sign in with the new one.": "Ihr Passwort ist geändert. Melden Sie sich mit dem neuen an.",
  "New here?": "Neu hier?",
  "Welcome back. Your conversations are waiting.": "Willkommen zurück. Ihre Unterhaltungen warten.",
  "This server sends no mail. Ask an administrator: they can make a link with which you choose a new password.":
    "Dieser Server verschickt keine E-Mails. Fragen Sie jemanden aus der Verwaltung nach einem Link, mit dem Sie ein neues Passwort wählen.",
  "If there is an account for “{{login}}”, a mail with a link is on its way to its address.":
    "Wenn es ein Konto für „{{login}}“ gibt, ist eine E-Mail mit einem Link an dessen Adresse unterwegs.",
  "Nothing there after a few minutes? Look into the spam folder, check the name, and ask once more.":
    "Nach einigen Minuten noch nichts da? Sehen Sie im Spam-Ordner nach, prüfen Sie den Namen, und fragen Sie noch einmal an.",
  "Ask once more": "Noch einmal anfragen",
  "Username or email": "Benutzername oder E-Mail",
  "Send me a link": "Link zusenden",
  "Your email address has to end in {{endings}}.": "Ihre E-Mail-Adresse muss auf {{endings}} enden.",
  "Registration is closed here. Ask an administrator for an account.":
    "Die Registrierung ist hier geschlossen. Bitten Sie jemanden aus der Verwaltung um ein Konto.",
  "Registration needs an invitation here. Ask an administrator for a link, and open it as a whole.":
    "Für die Registrierung brauchen Sie hier eine Einladung. Bitten Sie jemanden aus der Verwaltung um einen Link, und öffnen Sie ihn vollständig.",
  "{{host}} invited you.": "{{host}} hat Sie eingeladen.",
  "Your account will be: {{roles}}.": "Ihr Konto wird: {{roles}}.",
  "Go on without it": "Ohne sie fortfahren",
  "8 to 128 characters, with a letter and a digit.": "8 bis 128 Zeichen, mit einem Buchstaben und einer Ziffer.",
  "Show or hide the password": "Passwort zeigen oder verbergen",
  Strong: "Stark",
  Good: "Gut",
  Fair: "Mittel",
  Weak: "Schwach",
  "Not enough yet": "Noch nicht genug",
  "Another word or two make it stronger.": "Ein oder zwei weitere Wörter machen es stärker.",
  "Add {{count}} more characters._one": "Noch ein Zeichen.",
  "Add {{count}} more characters._other": "Noch {{count}} Zeichen.",
  "Leave out {{excess}}: {{longest}} characters are the most.": "Lassen Sie {{excess}} weg: Höchstens {{longest}} Zeichen sind möglich.",
  "Add a letter.": "Ein Buchstabe fehlt.",
  "Add a digit.": "Eine Ziffer fehlt.",
  "Do not take your own name or address.": "Nehmen Sie nicht Ihren eigenen Namen oder Ihre Adresse.",
  "Leave out “{{name}}”: others know it of you.": "Lassen Sie „{{name}}“ weg: Andere wissen das von Ihnen.",
  "Avoid “{{word}}”: it is among the first that are tried.": "Vermeiden Sie „{{word}}“: Es wird mit als Erstes versucht.",
  "Avoid sequences such as “{{sequence}}”.": "Vermeiden Sie Folgen wie „{{sequence}}“.",
  "Avoid repetitions such as “{{repetition}}”.": "Vermeiden Sie Wiederholungen wie „{{repetition}}“.",
  "Avoid years: there are few of them.": "Vermeiden Sie Jahreszahlen: Es gibt nur wenige.",
};
