/** The section of personas, for people and for admins, who may share them. */
import { useProfile } from "@/features/settings/api/profile";
import { PersonasSection } from "@/features/personas/components/PersonasSection";
import { rankOf } from "../roles";

export function PersonasSettings() {
  const { data: profile } = useProfile();
  return <PersonasSection mayShare={profile !== undefined && rankOf(profile.roles) === "admin"} />;
}
