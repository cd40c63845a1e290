// @vitest-environment node
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings } from "./settings.mjs";
import { StartError } from "./start-error.mjs";
import { NO_ADDRESSES, withFolder } from "./testing.mjs";

const read = (files, environ = {}) => withFolder(files, (root) => readSettings(join(root, "chat-frontend"), environ));

describe("readSettings", () => {
  it("has a default for everything", async () => {
    expect(await read({})).toEqual({ host: "127.0.0.1", port: 3000, addresses: NO_ADDRESSES });
  });

  it("takes the process environment before the page's file, and that before the root's", async () => {
    const files = {
      ".env": "PORT=1\nHOST=0.0.0.0\nREACT_APP_WS_URL=ws://root\n",
      "chat-frontend/.env": 'PORT=2\nREACT_APP_WS_URL="ws://page" # the socket\n',
    };

    const settings = await read(files, { PORT: "3" });

    expect([settings.port, settings.host, settings.addresses.REACT_APP_WS_URL]).toEqual([3, "0.0.0.0", "ws://page"]);
  });

  it("takes an empty value for none", async () => {
    const settings = await read({ "chat-frontend/.env": "PORT=4000" }, { PORT: " " });

    expect(settings.port).toBe(4000);
  });

  it("reads no file with CONVOAI_ENV_FILES=off", async () => {
    const settings = await read({ "chat-frontend/.env": "PORT=4000" }, { CONVOAI_ENV_FILES: "off" });

    expect(settings.port).toBe(3000);
  });

  it("understands a file that begins with a byte order mark", async () => {
    expect((await read({ "chat-frontend/.env": "\uFEFFPORT=4000" })).port).toBe(4000);
  });

  it("drops closing slashes and blanks from addresses", async () => {
    const settings = await read({}, { REACT_APP_CHAT_API_URL: " https://chat.example.com/api// " });

    expect(settings.addresses.REACT_APP_CHAT_API_URL).toBe("https://chat.example.com/api");
  });

  it("takes a path on the page's own address", async () => {
    const settings = await read({}, { REACT_APP_CHAT_API_URL: "/api/chat/" });

    expect(settings.addresses.REACT_APP_CHAT_API_URL).toBe("/api/chat");
  });

  it.each(["http", "-1", "65536", "3000 4000", "3e3"])("refuses %s as a port", async (PORT) => {
    await expect(read({}, { PORT })).rejects.toThrow(/^PORT is .* from 1 to 65535\.$/);
  });

  it.each([
    ["REACT_APP_AUTH_API_URL", "localhost:8001"],
    ["REACT_APP_AUTH_API_URL", "ws://localhost:8001"],
    ["REACT_APP_WS_URL", "http://localhost:8000"],
    ["REACT_APP_CHAT_API_URL", "https://person:secret@chat.example.com"],
    ["REACT_APP_CHAT_API_URL", "https://chat.example.com/?token=secret"],
    ["REACT_APP_CHAT_API_URL", "https://chat.example.com; script-src *; secret"],
    ["REACT_APP_CHAT_API_URL", "https://chat.example.com/</script>secret"],
    ["REACT_APP_CHAT_API_URL", "https://chat.example.com\n.secret"],
    ["REACT_APP_CHAT_API_URL", "https://chat.example.com:99999"],
    ["REACT_APP_CHAT_API_URL", "/api?token=secret"],
    ["REACT_APP_CHAT_API_URL", "//secret.example.com"],
  ])("refuses %s=%s and does not repeat it", async (name, value) => {
    const fault = await read({}, { [name]: value }).catch((error) => error);

    expect(fault).toBeInstanceOf(StartError);
    expect(fault.message).toMatch(new RegExp(`^${name} must be an address such as \\w+://localhost:8000`));
    expect(fault.message).not.toContain("secret");
  });
});
