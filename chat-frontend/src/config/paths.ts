/** Owns the addresses of the pages. */

export const paths = {
  home: "/",
  signIn: "/sign-in",
  register: "/register",
  conversation: (conversationId: string) => `/c/${encodeURIComponent(conversationId)}`,
} as const;

export const conversationRoute = "/c/:conversationId";
