/** Owns the addresses of the services. They are read at run time, so one build serves every installation. */

export interface PageConfig {
  REACT_APP_AUTH_API_URL?: string;
  REACT_APP_CHAT_API_URL?: string;
  REACT_APP_ANALYTICS_API_URL?: string;
  REACT_APP_WS_URL?: string;
}

export interface ServiceAddresses {
  auth: string;
  chat: string;
  analytics: string;
  socket: string;
}

declare global {
  interface Window {
    /** Set by /config.js, which the page's own server writes from its environment. */
    __CONVOAI_CONFIG__?: PageConfig;
  }
}

/**
 * Work out where the services are.
 *
 * An empty value means: the host the page came from, on the service's usual port (docs/architecture.md). A path such as
 * `/api/chat` means: at the page's own address, behind its gateway. An empty socket address follows the chat service,
 * because both are the same process.
 */
export function resolveAddresses(config: PageConfig, page: Pick<Location, "protocol" | "hostname" | "origin">): ServiceAddresses {
  const onPageHost = (port: number) => `${page.protocol}//${page.hostname}:${port}`;
  const said = (address = "") => {
    const plain = address.trim().replace(/\/+$/, "");
    return plain.startsWith("/") ? page.origin + plain : plain;
  };
  const chat = said(config.REACT_APP_CHAT_API_URL) || onPageHost(8000);
  return {
    auth: said(config.REACT_APP_AUTH_API_URL) || onPageHost(8001),
    chat,
    analytics: said(config.REACT_APP_ANALYTICS_API_URL) || onPageHost(8002),
    socket: (said(config.REACT_APP_WS_URL) || chat).replace(/^http/, "ws"),
  };
}

export const addresses = resolveAddresses(window.__CONVOAI_CONFIG__ ?? {}, window.location);
