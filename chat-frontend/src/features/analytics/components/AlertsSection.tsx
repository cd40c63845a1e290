/** What fires, what is watched, and what fired before. */
import { AlertHistory } from "./AlertHistory";
import { AlertRules } from "./AlertRules";
import { AlertsNow } from "./AlertsNow";

/** `mayChange`: for administrators; managers watch. */
export function AlertsSection({ mayChange }: { mayChange: boolean }) {
  return (
    <>
      <AlertsNow />
      <AlertRules mayChange={mayChange} />
      <AlertHistory />
    </>
  );
}
