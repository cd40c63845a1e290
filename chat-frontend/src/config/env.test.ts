import { describe, expect, it } from "vitest";
import { resolveAddresses } from "./env";

const page = { protocol: "https:", hostname: "chat.example", origin: "https://chat.example:8443" };

describe("the services' addresses", () => {
  it("are on the page's host, on the usual ports, when nothing is said", () => {
    expect(resolveAddresses({}, page)).toEqual({
      auth: "https://chat.example:8001",
      chat: "https://chat.example:8000",
      analytics: "https://chat.example:8002",
      socket: "wss://chat.example:8000",
    });
  });

  it("are taken as given, without a closing slash", () => {
    const config = { REACT_APP_AUTH_API_URL: "http://a:1/", REACT_APP_CHAT_API_URL: "http://b:2" };
    expect(resolveAddresses(config, page)).toMatchObject({ auth: "http://a:1", chat: "http://b:2", socket: "ws://b:2" });
  });

  it("are at the page's own address where only a path is said", () => {
    const config = { REACT_APP_AUTH_API_URL: "/api/auth", REACT_APP_CHAT_API_URL: "/api/chat/" };
    expect(resolveAddresses(config, page)).toMatchObject({
      auth: "https://chat.example:8443/api/auth",
      chat: "https://chat.example:8443/api/chat",
      socket: "wss://chat.example:8443/api/chat",
    });
    expect(resolveAddresses({ ...config, REACT_APP_WS_URL: "/api/chat" }, page).socket).toBe("wss://chat.example:8443/api/chat");
  });
});
