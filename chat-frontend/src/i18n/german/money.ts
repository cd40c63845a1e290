/** German for what answers cost, and for budgets. */

export const money: Record<string, string> = {
  // Under answers and in a conversation's header
  "about {{amount}}": "etwa {{amount}}",
  "Tokens read: {{read, number}}, written: {{written, number}}.": "Gelesene Token: {{read, number}}, geschriebene: {{written, number}}.",
  "An estimate: the provider did not say how many tokens it was.": "Geschätzt: Der Anbieter hat nicht gesagt, wie viele Token es waren.",
  "This conversation has cost {{amount}}.": "Diese Unterhaltung hat {{amount}} gekostet.",
  // One's own
  "Use and cost": "Nutzung und Kosten",
  "What your answers cost, and how much may be spent on them.": "Was Ihre Antworten kosten, und wie viel dafür ausgegeben werden darf.",
  "What you spent": "Was Sie ausgegeben haben",
  "Days and months begin at midnight UTC. Answers of models without a price are not in it.":
    "Tage und Monate beginnen um Mitternacht UTC. Antworten von Modellen ohne Preis sind nicht dabei.",
  Today: "Heute",
  "This month": "Diesen Monat",
  Budgets: "Budgets",
  "No budget limits what you spend.": "Kein Budget begrenzt, was Sie ausgeben.",
  "Yours, for each day": "Ihres, für jeden Tag",
  "Yours, for each month": "Ihres, für jeden Monat",
  "Your role’s, for each day": "Das Ihrer Rolle, für jeden Tag",
  "Your role’s, for each month": "Das Ihrer Rolle, für jeden Monat",
  "Everybody’s together, for each day": "Das von allen zusammen, für jeden Tag",
  "Everybody’s together, for each month": "Das von allen zusammen, für jeden Monat",
  "Used up": "Aufgebraucht",
  "There is something left of it.": "Davon ist noch etwas übrig.",
  "{{spent}} of {{limit}} spent": "{{spent}} von {{limit}} ausgegeben",
  "Starts anew {{time}}": "Beginnt neu: {{time}}",
};
