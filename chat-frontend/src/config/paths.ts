/** Owns the addresses of the pages. */

export const paths = {
  home: "/",
  signIn: "/sign-in",
  register: "/register",
  forgotPassword: "/forgot-password",
  resetPassword: "/reset-password",
  conversation: (conversationId: string) => `/c/${encodeURIComponent(conversationId)}`,
  message: (conversationId: string, messageId: string) =>
    `/c/${encodeURIComponent(conversationId)}?message=${encodeURIComponent(messageId)}`,
  accountDeleted: "/account-deleted",
  settings: "/settings",
  administration: "/admin",
} as const;

export const conversationRoute = "/c/:conversationId";

/** Pages that consist of sections have one address for each: `/settings/appearance`. */
export const sectionRoute = (base: string) => `${base}/:section?`;
