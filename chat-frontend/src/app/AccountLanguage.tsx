/** Whoever is signed in sees the page in the language of their account, on whichever page they are. */
import { useSession } from "@/api/use-session";
import { useAccountLanguage } from "@/features/settings/hooks/use-language";

export function AccountLanguage() {
  const session = useSession();
  return session === null ? null : <Follow key={session.userId} />;
}

function Follow() {
  useAccountLanguage();
  return null;
}
