// @vitest-environment node
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CONTENT_TYPES } from "../server/content-types.mjs";
import { configScript, connectSources } from "../server/page-config.mjs";
import { NO_INDEX, REMOTE_IMAGE, securityHeaders, SHARED } from "../server/security-headers.mjs";
import { ADDRESS_KINDS } from "../server/settings.mjs";
import { NO_ADDRESSES, policySources, withFolder } from "../server/testing.mjs";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const INHERITED = ["PATH", "SystemRoot"];

/** What the container writes at its start in this environment: `{code, text, site, config}`. */
function rendered(environ) {
  return withFolder({ version: "1.2.3\n" }, (folder) => {
    for (const name of ["site.conf.template", "gateway.conf.template"]) cpSync(join(FOLDER, name), join(folder, name));
    const target = join(folder, "target");
    const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
    const run = spawnSync("sh", [join(FOLDER, "render-config.sh"), target, folder], { env: { ...inherited, ...environ } });
    const written = (name) => (run.status === 0 ? readFileSync(join(target, name), "utf8") : null);
    return { code: run.status, text: run.stderr.toString(), site: written("site.conf"), gateway: written("gateway.conf"), config: written("config.js") };
  });
}

/** The headers of the file with this path, whose values may come from a map. */
function headersIn(site, path = "/index.html") {
  const found = site.matchAll(/^ {4}add_header (\S+) (?:"(.*)"|\$(frame_options|content_policy)) always;$/gm);
  return Object.fromEntries([...found].map(([, name, value, map]) => [name, value ?? mapped(site, map, path)]));
}

function mapped(site, name, path) {
  const [, lines] = new RegExp(`^map \\$uri \\$${name} \\{\n([^}]*)^\\}`, "m").exec(site);
  const values = Object.fromEntries([...lines.matchAll(/^ {4}"?([^" ]+)"? "(.*)";$/gm)].map(([, key, value]) => [key, value]));
  return values[path] ?? values.default;
}

/** The policy that nginx would send for a host, as its maps say. */
function policyFor(site, host) {
  const [, named] = /"~\^\[a-z0-9_\].*?" "(.*)";/.exec(site);
  const [, literal] = /"~\^\\\[.*?" "(.*)";/.exec(site);
  const sources = (host.startsWith("[") ? literal : named).replaceAll("$host", host);
  return headersIn(site)["Content-Security-Policy"].replace("$page_host_sources", sources);
}

const BEHIND_GATEWAY = {
  ...NO_ADDRESSES,
  REACT_APP_AUTH_API_URL: "/api/auth",
  REACT_APP_CHAT_API_URL: "/api/chat",
  REACT_APP_ANALYTICS_API_URL: "/api/analytics",
};

const SERVICES = {
  AUTH_SERVICE_URL: "http://auth-service:8001",
  CHAT_SERVICE_URL: "http://chat-service:8000/",
  ANALYTICS_SERVICE_URL: "http://[fd00::1]:8002",
};

const CONFIGURED = {
  REACT_APP_AUTH_API_URL: "https://auth.example.com/v1",
  REACT_APP_CHAT_API_URL: "http://[2001:db8::1]:8443",
  REACT_APP_ANALYTICS_API_URL: "https://auth.example.com",
  REACT_APP_WS_URL: "wss://chat.example.com:8444",
};

describe.skipIf(process.platform === "win32")("the container's configuration", () => {
  it.each([
    ["nothing configured", NO_ADDRESSES, "page.example.com"],
    ["a page at an IPv6 literal", NO_ADDRESSES, "[::1]"],
    ["everything configured", CONFIGURED, "page.example.com"],
    ["everything behind the gateway", BEHIND_GATEWAY, "page.example.com"],
    ["the chat service configured", { ...NO_ADDRESSES, REACT_APP_CHAT_API_URL: "https://Chat.example.com" }, "localhost"],
  ])("says what server.mjs says: %s", async (_, addresses, host) => {
    const { site, config } = await rendered(addresses);
    const { "Content-Security-Policy": policy, ...others } = securityHeaders("/index.html", connectSources(addresses, host));
    const { "Content-Security-Policy": _template, ...foundOthers } = headersIn(site);
    const found = policyFor(site, host);

    expect(config).toBe(configScript(addresses));
    expect(foundOthers).toEqual(others);
    expect(found.split("connect-src")[0]).toBe(policy.split("connect-src")[0]);
    expect(new Set(policySources(found, "connect-src"))).toEqual(new Set(policySources(policy, "connect-src")));
  });

  it("lets the page frame what shows a remote image, as server.mjs does", async () => {
    const { site } = await rendered(CONFIGURED);

    expect(headersIn(site, REMOTE_IMAGE)).toEqual(securityHeaders(REMOTE_IMAGE, []));
  });

  it("keeps shared conversations out of search engines, as server.mjs does", async () => {
    const { site } = await rendered(CONFIGURED);

    expect(site).toContain(`map $request_uri $robots {\n    "~^${SHARED}" "${NO_INDEX}";\n    default "";\n}`);
    expect(site).toContain("    add_header X-Robots-Tag $robots always;");
  });

  it("fills in every placeholder", async () => {
    const { site } = await rendered({ PORT: "8080" });

    expect(site).toContain("listen 8080;");
    expect(site).toContain('"version":"1.2.3"');
    expect(site).not.toContain("${");
  });

  it("drops closing slashes and blanks from addresses", async () => {
    const { config } = await rendered({ REACT_APP_CHAT_API_URL: " https://chat.example.com/api// " });

    expect(config).toBe(configScript({ ...NO_ADDRESSES, REACT_APP_CHAT_API_URL: "https://chat.example.com/api" }));
  });

  it.each([
    ["REACT_APP_AUTH_API_URL", "localhost:8001"],
    ["REACT_APP_WS_URL", "http://localhost:8000"],
    ["REACT_APP_CHAT_API_URL", "https://person:secret@chat.example.com"],
    ["REACT_APP_CHAT_API_URL", "https://chat.example.com; script-src *; secret"],
    ["REACT_APP_CHAT_API_URL", 'https://chat.example.com/"; } server { secret'],
    ["REACT_APP_CHAT_API_URL", "//secret.example.com"],
    ["REACT_APP_CHAT_API_URL", "/api/chat;secret"],
  ])("stops at %s=%s and does not repeat it", async (name, value) => {
    const { code, text } = await rendered({ [name]: value });

    expect(code).toBe(1);
    expect(text).toMatch(new RegExp(`^chat-frontend: ${name} must be an address such as .*\n$`));
    expect(text).not.toContain("secret");
  });

  it("has a gateway where it is told all services", async () => {
    const { gateway } = await rendered({ ...SERVICES, TRUSTED_PROXIES: "10.0.0.0/8, ::1" });

    expect(gateway).toContain("set $service http://auth-service:8001;");
    expect(gateway).toContain("set $service http://chat-service:8000;");
    expect(gateway).toContain("set $service http://[fd00::1]:8002;");
    expect(gateway).toContain("set_real_ip_from 10.0.0.0/8; set_real_ip_from ::1; real_ip_header X-Forwarded-For;");
    expect(gateway).not.toContain("${");
  });

  it("has none where it is told no service", async () => {
    expect((await rendered({ TRUSTED_PROXIES: "10.0.0.0/8" })).gateway).toBe("");
  });

  it.each([
    ["AUTH_SERVICE_URL", ""],
    ["CHAT_SERVICE_URL", "chat-service:8000"],
    ["CHAT_SERVICE_URL", "http://chat-service:8000; } secret"],
    ["ANALYTICS_SERVICE_URL", "http://analytics-service:8002/secret"],
    ["TRUSTED_PROXIES", "10.0.0.0/8; secret"],
    ["TRUSTED_PROXIES", "secret.example.com"],
  ])("stops at %s=%s beside good ones", async (name, value) => {
    const { code, text } = await rendered({ ...SERVICES, [name]: value });

    expect(code).toBe(1);
    expect(text).toMatch(new RegExp(`^chat-frontend: ${name} must be .*\n$`));
    expect(text).not.toContain("secret");
  });

  it.each(["http", "3000; return 200", "123456"])("stops at PORT=%s", async (PORT) => {
    expect((await rendered({ PORT })).code).toBe(1);
  });
});

describe("the image", () => {
  it("knows the kinds of files that server.mjs knows", () => {
    const [, list] = /types \{\n([^}]*)\}/.exec(readFileSync(join(FOLDER, "nginx.conf"), "utf8"));
    const lines = list.trim().split("\n").map((line) => line.trim().replace(";", "").split(" "));

    expect(Object.fromEntries(lines.flatMap(([type, ...names]) => names.map((name) => [name, type])))).toEqual(CONTENT_TYPES);
  });

  it("names every variable of the page, so that an unset one is empty", () => {
    const dockerfile = readFileSync(join(FOLDER, "..", "Dockerfile"), "utf8");

    for (const name of ["PORT", ...Object.keys(ADDRESS_KINDS)]) expect(dockerfile).toMatch(new RegExp(`^ENV .*${name}=`, "m"));
  });

  it("keeps all headers on the server: a location with one of its own would lose the others", () => {
    const template = readFileSync(join(FOLDER, "site.conf.template"), "utf8");

    expect(template).not.toMatch(/^ {8,}add_header/m);
  });
});
