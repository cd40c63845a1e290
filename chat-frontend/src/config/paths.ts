/** Owns the addresses of the pages. */

export const paths = {
  home: "/",
  signIn: "/sign-in",
  register: "/register",
  forgotPassword: "/forgot-password",
  resetPassword: "/reset-password",
  conversation: (conversationId: string) => `/c/${encodeURIComponent(conversationId)}`,
  temporary: "/temporary",
  message: (conversationId: string, messageId: string) =>
    `/c/${encodeURIComponent(conversationId)}?message=${encodeURIComponent(messageId)}`,
  shared: (token: string) => `/shared/${encodeURIComponent(token)}`,
  accountDeleted: "/account-deleted",
  settings: "/settings",
  administration: "/admin",
  analytics: "/analytics",
} as const;

export const conversationRoute = "/c/:conversationId";

export const sharedRoute = "/shared/:token";

/** The whole address of a shared conversation, to be handed on. */
export const sharedAddress = (token: string) => window.location.origin + paths.shared(token);

/** Pages that consist of sections have one address for each: `/settings/appearance`. */
export const sectionRoute = (base: string) => `${base}/:section?`;
