/** Makes people as auth-service answers with them. */
import type { Person, Profile, SignIn } from "@/api/shapes";

const TIME = "2026-01-01T12:00:00+00:00";

export function personOf(username: string, more: Partial<Person> = {}): Person {
  return {
    id: `id-of-${username}`,
    username,
    email: `${username}@example.org`,
    full_name: null,
    roles: ["user"],
    is_active: true,
    created_at: TIME,
    last_login_at: null,
    ...more,
  };
}

export function profileOf(username: string, more: Partial<Profile> = {}): Profile {
  return { ...personOf(username), preferences: { theme: "system", language: "system" }, ...more };
}

export function signInOf(id: string, device: string, isCurrent = false): SignIn {
  return { id, device, address: "192.0.2.7", created_at: TIME, last_used_at: TIME, expires_at: TIME, is_current: isCurrent };
}

export const roles = [
  { name: "admin", description: "Administers users." },
  { name: "manager", description: "Sees users and figures." },
  { name: "user", description: "Converses." },
];
