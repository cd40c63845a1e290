/** Owns what the page is told about the services, and which of their origins it may connect to. */
import { ADDRESS_KINDS } from "./settings.mjs";

const HOST_HEADER = /^([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i;
const LONGEST_HOST_NAME = 253; // RFC 1035, section 2.3.4, as text

/**
 * The text of /config.js: one harmless assignment, whatever the values are. Of `values` the addresses alone are taken:
 * the development server passes its whole environment.
 */
export function configScript(values) {
  const addresses = Object.keys(ADDRESS_KINDS).map((name) => [name, values[name] ?? ""]);
  const json = JSON.stringify(Object.fromEntries(addresses)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `window.__CONVOAI_CONFIG__ = ${json};\n`;
}

/**
 * Say where the page may connect, as sources of a Content-Security-Policy.
 *
 * Returns: one source per service and protocol without repetition: the origin of its address or, where that is empty, the host that
 * the request names with the service's usual port. The rules are those of src/config/env.ts. A Host header that is not
 * plainly a host's name is not reflected.
 */
export function connectSources(addresses, hostHeader) {
  const pageHost = hostNameOf(hostHeader);
  const chat = addresses.REACT_APP_CHAT_API_URL;
  const analytics = addresses.REACT_APP_ANALYTICS_API_URL;
  const wanted = [
    [addresses.REACT_APP_AUTH_API_URL, "http", 8001],
    [chat, "http", 8000],
    [analytics, "http", 8002],
    [addresses.REACT_APP_WS_URL || chat.replace(/^http/, "ws"), "ws", 8000],
    [analytics.replace(/^http/, "ws"), "ws", 8002],
  ];
  const sources = wanted.flatMap(([address, scheme, port]) => {
    if (address.startsWith("/")) return []; // the page's own address, where it may connect anyway
    if (address) return [withoutLiteral(new URL(address).origin)];
    return pageHost ? [withoutLiteral(`${scheme}://${pageHost}:${port}`)] : [];
  });
  return [...new Set(sources)];
}

function hostNameOf(hostHeader) {
  const name = HOST_HEADER.exec(hostHeader ?? "")?.[1].toLowerCase();
  return name && name.length <= LONGEST_HOST_NAME ? name : null;
}

/** The grammar of a policy's sources has no IPv6 literals: any host, but only that port, stands for them. */
function withoutLiteral(origin) {
  return origin.replace(/\[.*\]/, "*");
}
