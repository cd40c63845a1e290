/** Makes people as auth-service answers with them. */
import type { Profile } from "@/api/shapes";

export function profileOf(username: string, more: Partial<Profile> = {}): Profile {
  return {
    id: `id-of-${username}`,
    username,
    email: `${username}@example.org`,
    full_name: null,
    roles: ["user"],
    is_active: true,
    created_at: "2026-01-01T12:00:00+00:00",
    last_login_at: null,
    preferences: { theme: "system" },
    ...more,
  };
}
