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
};
