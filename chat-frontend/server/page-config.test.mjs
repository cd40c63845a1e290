// @vitest-environment node
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { configScript, connectSources } from "./page-config.mjs";
import { NO_ADDRESSES } from "./testing.mjs";

function evaluated(addresses) {
  const window = {};
  runInNewContext(configScript(addresses), { window });
  return { ...window.__CONVOAI_CONFIG__ };
}

describe("configScript", () => {
  it("sets the addresses", () => {
    const addresses = { ...NO_ADDRESSES, REACT_APP_WS_URL: "wss://chat.example.com" };

    expect(evaluated(addresses)).toEqual(addresses);
  });

  it("takes nothing else from an environment", () => {
    expect(evaluated({ AUTH_SECRET_KEY: "secret", REACT_APP_WS_URL: "ws://localhost:8000" })).toEqual({
      ...NO_ADDRESSES,
      REACT_APP_WS_URL: "ws://localhost:8000",
    });
  });

  it("stays one assignment whatever the values hold", () => {
    const hostile = `</script><!--"'\\\n\u2028\u2029&;alert(1)//`;
    const text = configScript({ REACT_APP_WS_URL: hostile });

    expect(evaluated({ REACT_APP_WS_URL: hostile }).REACT_APP_WS_URL).toBe(hostile);
    expect(text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(text.trim().split("\n")).toHaveLength(1);
  });
});

describe("connectSources", () => {
  it.each([
    ["chat.example.com", "chat.example.com"],
    ["localhost:3000", "localhost"],
    ["192.0.2.7:80", "192.0.2.7"],
    ["Chat.Example.COM:3000", "chat.example.com"],
  ])("names the usual ports of the page's host when nothing is configured: %s", (header, name) => {
    const expected = [`http://${name}:8001`, `http://${name}:8000`, `http://${name}:8002`, `ws://${name}:8000`, `ws://${name}:8002`];

    expect(connectSources(NO_ADDRESSES, header)).toEqual(expected);
  });

  it("names the configured origins, without their paths", () => {
    const addresses = {
      REACT_APP_AUTH_API_URL: "https://auth.example.com/v1",
      REACT_APP_CHAT_API_URL: "https://chat.example.com:8443",
      REACT_APP_ANALYTICS_API_URL: "https://auth.example.com",
      REACT_APP_WS_URL: "wss://chat.example.com:8444",
    };
    const expected = ["https://auth.example.com", "https://chat.example.com:8443", "wss://chat.example.com:8444", "wss://auth.example.com"];

    expect(connectSources(addresses, "page.example.com")).toEqual(expected);
  });

  it("lets each socket follow its service", () => {
    const addresses = { ...NO_ADDRESSES, REACT_APP_CHAT_API_URL: "https://chat.example.com" };

    expect(connectSources(addresses, undefined)).toEqual(["https://chat.example.com", "wss://chat.example.com"]);
    const others = { ...NO_ADDRESSES, REACT_APP_ANALYTICS_API_URL: "https://figures.example.com/v1" };
    expect(connectSources(others, undefined)).toEqual(["https://figures.example.com", "wss://figures.example.com"]);
  });

  it("names the ports alone where the page's host or an address is an IPv6 literal", () => {
    const addresses = { ...NO_ADDRESSES, REACT_APP_AUTH_API_URL: "http://[2001:db8::1]:9001" };
    const expected = ["http://*:9001", "http://*:8000", "http://*:8002", "ws://*:8000", "ws://*:8002"];

    expect(connectSources(addresses, "[2001:db8::2]:3000")).toEqual(expected);
  });

  it.each([
    undefined,
    "",
    "*",
    "*.example.com",
    "a;script-src *",
    "a b",
    "a, b",
    "'unsafe-inline'",
    "a.com:80:80",
    "a.com:port",
    "user@a.com",
    "[a;b]",
    "-a.com",
    "a.com\u00e9",
    `${"a".repeat(254)}`,
  ])("reflects no doubtful host: %s", (header) => {
    expect(connectSources(NO_ADDRESSES, header)).toEqual([]);
  });
});
