/** The section of alerts, for administrators, who change the rules, and for managers, who watch. */
import { AlertsSection } from "@/features/analytics/components/AlertsSection";
import { useProfile } from "@/features/settings/api/profile";
import { rankOf } from "../roles";

export function AlertsOfRank() {
  const { data: profile } = useProfile();
  return <AlertsSection mayChange={profile !== undefined && rankOf(profile.roles) === "admin"} />;
}
