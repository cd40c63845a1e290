/** Owns what the server is told: the variables of three tiers, and which values are acceptable. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { StartError } from "./start-error.mjs";

const HOST_PORT_PATH = String.raw`([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~%/-]*)?$`;
const PATH = /^\/[A-Za-z0-9._~-][A-Za-z0-9._~/-]*$/; // on the address that the page itself comes from: a gateway's
const HTTP = { pattern: new RegExp(`^https?://${HOST_PORT_PATH}`), example: "http://localhost:8000" };
const SOCKET = { pattern: new RegExp(`^wss?://${HOST_PORT_PATH}`), example: "ws://localhost:8000" };

/** The addresses that the page is told; nginx/render-config.sh accepts the same ones. */
export const ADDRESS_KINDS = {
  REACT_APP_AUTH_API_URL: HTTP,
  REACT_APP_CHAT_API_URL: HTTP,
  REACT_APP_ANALYTICS_API_URL: HTTP,
  REACT_APP_WS_URL: SOCKET,
};

/**
 * Read the settings: `environ` beats `.env` in `folder`, which beats `.env` in the folder above. An empty value is none.
 *
 * Returns: `{host, port, addresses}`; an address that no tier has is "". CONVOAI_ENV_FILES=off leaves the files unread.
 * Throws: StartError that names the variable.
 */
export function readSettings(folder, environ) {
  const usesFiles = environ.CONVOAI_ENV_FILES?.toLowerCase() !== "off";
  const files = usesFiles ? [join(folder, ".env"), join(folder, "..", ".env")].map(readEnvFile) : [];
  const value = (name) => [environ, ...files].map((tier) => tier[name]?.trim()).find(Boolean) ?? "";
  return {
    host: value("HOST") || "127.0.0.1",
    port: checkedPort(value("PORT") || "3000"),
    addresses: Object.fromEntries(
      Object.entries(ADDRESS_KINDS).map(([name, kind]) => [name, checkedAddress(name, value(name), kind)]),
    ),
  };
}

function readEnvFile(path) {
  return existsSync(path) ? parseEnv(readFileSync(path, "utf8").replace(/^\uFEFF/, "")) : {};
}

function checkedPort(text) {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new StartError(`PORT is ${JSON.stringify(text)}: it must be a port number from 1 to 65535.`);
}

function checkedAddress(name, text, { pattern, example }) {
  const address = text.replace(/\/+$/, "");
  if (address === "" || PATH.test(address) || (pattern.test(address) && URL.canParse(address))) return address;
  // The value is not repeated: an address that is refused may hold a password.
  throw new StartError(`${name} must be an address such as ${example}, or a path on the page's own address, without credentials and query.`);
}
