/** What the tests of the server share: a small built page, and requests whose every header and path byte is chosen. */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const SCRIPT = `console.log("${"converse ".repeat(300)}");\n`;
export const PAGE_FILES = {
  "index.html": '<!doctype html><script src="/config.js"></script><script type="module" src="/assets/index-1a2b.js"></script>',
  "assets/index-1a2b.js": SCRIPT,
  "assets/font-3c4d.woff2": "not really a font",
  "favicon.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
  ".build-stamp": "hidden",
};

export const NO_ADDRESSES = {
  REACT_APP_AUTH_API_URL: "",
  REACT_APP_CHAT_API_URL: "",
  REACT_APP_ANALYTICS_API_URL: "",
  REACT_APP_WS_URL: "",
};

/** A folder with these files, removed when `use` is done. `use` gets its path; its result is returned. */
export async function withFolder(files, use) {
  const folder = mkdtempSync(join(tmpdir(), "chat-frontend-test-"));
  try {
    writeFiles(folder, files);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function writeFiles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** A server on a free port for as long as `use` takes; `use` gets a function that asks it. */
export async function withServer(handler, use) {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use((path, options) => ask(server.address().port, path, options));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Ask without the tidying that fetch does. Returns: `{status, headers, body}`, the body as a Buffer. */
export async function ask(port, path, { method = "GET", headers = {} } = {}) {
  const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }).end();
  const [response] = await once(sent, "response");
  const body = Buffer.concat(await response.toArray());
  return { status: response.statusCode, headers: response.headers, body };
}

/** The sources of one directive of a policy. */
export function policySources(policy, directive) {
  const found = policy.split("; ").find((part) => part.startsWith(`${directive} `));
  return found?.split(" ").slice(1) ?? [];
}
