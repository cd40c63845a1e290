/** Makes access tokens as the page reads them: nobody here verifies a signature. */

export function tokenFor(username: string, mark = "") {
  const claims = btoa(JSON.stringify({ sub: username, user_id: `id-of-${username}` }));
  return { access_token: `x.${claims}.${mark}`, token_type: "bearer", expires_in: 600, refresh_token: null } as const;
}
