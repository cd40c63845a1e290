/** Makes rules and alerts as analytics-service answers with them. */
import type { Alert, AlertChange, AlertRule } from "@/api/shapes";

const TIME = "2026-03-01T12:00:00+00:00";

export function ruleOf(id: string, more: Partial<AlertRule> = {}): AlertRule {
  return {
    id, name: `Rule ${id}`, figure: "error_rate", comparison: "above", threshold: 0.05, window_minutes: 10, for_minutes: 5, by: "all", subject: "",
    is_enabled: true, webhook_url: null, email: false, last_notices: [], created_at: TIME, updated_at: TIME, ...more,
  };
}

export function alertOf(rule: AlertRule, more: Partial<Alert> = {}): Alert {
  return { rule, state: "firing", since: TIME, value: 0.12, ...more };
}

export function changeOf(id: string, rule: AlertRule, more: Partial<AlertChange> = {}): AlertChange {
  return { id, rule_id: rule.id, rule_name: rule.name, figure: rule.figure, state: "firing", value: 0.12, at: TIME, ...more };
}
