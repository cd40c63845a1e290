/** German for what answers cost, and for budgets. */

export const money: Record<string, string> = {
  // Under answers and in a conversation's header
  "about {{amount}}": "etwa {{amount}}",
  "Tokens read: {{read, number}}, written: {{written, number}}.": "Gelesene Token: {{read, number}}, geschriebene: {{written, number}}.",
  "An estimate: the provider did not say how many tokens it was.": "Geschätzt: Der Anbieter hat nicht gesagt, wie viele Token es waren.",
  "This conversation has cost {{amount}}.": "Diese Unterhaltung hat {{amount}} gekostet.",
};
