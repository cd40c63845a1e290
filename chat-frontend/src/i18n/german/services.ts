/** German for what the page says when a service or a device does not answer. */

export const services: Record<string, string> = {
  "The sign-in service": "Der Anmeldedienst",
  "The chat service": "Der Chatdienst",
  "The analytics service": "Der Auswertungsdienst",
  "{{service}} cannot be reached. Check the connection and that the service is running, then try again.":
    "{{service}} ist nicht erreichbar. Prüfen Sie die Verbindung und ob der Dienst läuft, und versuchen Sie es dann erneut.",
  "There were too many requests. Wait a moment, then try again.":
    "Es waren zu viele Anfragen. Warten Sie einen Moment, und versuchen Sie es dann erneut.",
  "{{service}} could not answer (status {{status}}). Try again in a moment.":
    "{{service}} konnte nicht antworten (Status {{status}}). Versuchen Sie es gleich noch einmal.",
  "Something went wrong in the page. Reload it, then try again.":
    "In der Seite ist etwas schiefgegangen. Laden Sie sie neu, und versuchen Sie es dann erneut.",
  "The sign-in service gave an answer that this page cannot read. Reload the page, then try again.":
    "Der Anmeldedienst hat eine Antwort gegeben, die diese Seite nicht lesen kann. Laden Sie die Seite neu, und versuchen Sie es dann erneut.",
  "This device has a passkey for your account already. Choose another device or key.":
    "Dieses Gerät hat schon einen Passkey für Ihr Konto. Wählen Sie ein anderes Gerät oder einen anderen Schlüssel.",
  "The passkey was not confirmed: it was cancelled, or it took too long. Try again.":
    "Der Passkey wurde nicht bestätigt: Es wurde abgebrochen, oder es dauerte zu lange. Versuchen Sie es erneut.",
  "Passkeys do not work at the address that this page was opened by. Ask an administrator.":
    "Unter der Adresse, mit der diese Seite geöffnet wurde, funktionieren Passkeys nicht. Fragen Sie jemanden aus der Verwaltung.",
  "The passkey could not be used on this device. Try another one, or go on in another way.":
    "Der Passkey ließ sich auf diesem Gerät nicht verwenden. Versuchen Sie einen anderen, oder fahren Sie auf einem anderen Weg fort.",
};
