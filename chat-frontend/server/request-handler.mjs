/** Answers one request: health, configuration, a file of the page, or the page itself for every other path. */
import { configScript, connectSources } from "./page-config.mjs";
import { securityHeaders } from "./security-headers.mjs";
import { Asset } from "./site.mjs";

const ONE_YEAR = "public, max-age=31536000, immutable";
const ACCEPTS_GZIP = /(?:^|,)\s*gzip\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i;

/** `site` as loadSite gives it, `addresses` as readSettings gives them. Returns: a listener for "request". */
export function createRequestHandler({ site, addresses, version }) {
  const config = new Asset("/config.js", Buffer.from(configScript(addresses)));
  return (request, response) => {
    const path = pathOf(request.url);
    const answer = new Answer(request, response, securityHeaders(path, connectSources(addresses, request.headers.host)));
    route(request, path, answer, { site, config, version }).catch((error) => {
      console.error(`chat-frontend: answering ${request.method} failed:`, error);
      response.destroy(); // the headers may be out already
    });
  };
}

async function route(request, path, answer, { site, config, version }) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return answer.text(405, "Only GET and HEAD are answered here.", { Allow: "GET, HEAD" });
  }
  if (path === null) return answer.text(400, "The address of this request cannot be read.");
  if (path === "/health") return answer.json(health(version));
  if (path === "/config.js") return answer.asset(config, "no-store");
  const asset = site.get(path);
  if (asset) return answer.asset(asset, path.startsWith("/assets/") ? ONE_YEAR : "no-cache");
  if (isFileName(path)) return answer.text(404, "There is no such file.");
  return answer.asset(site.get("/index.html"), "no-cache");
}

/** The decoded path, or null when it is malformed or climbs. */
function pathOf(target) {
  try {
    const path = decodeURIComponent(target.startsWith("/") ? target.split(/[?#]/, 1)[0] : new URL(target).pathname);
    return path.split(/[/\\]/).includes("..") ? null : path;
  } catch (error) {
    if (error instanceof URIError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Whether a file is asked for, not a place in the page: a missing script must not be answered with HTML. */
function isFileName(path) {
  return path.startsWith("/assets/") || path.slice(path.lastIndexOf("/")).includes(".");
}

function health(version) {
  return { status: "healthy", service: "chat-frontend", version, timestamp: new Date().toISOString() };
}

class Answer {
  constructor(request, response, headers) {
    this.request = request;
    this.response = response;
    this.headers = headers;
  }

  async asset(asset, cacheControl) {
    const headers = { "Cache-Control": cacheControl, ETag: asset.tag };
    if (asset.isCompressible) headers.Vary = "Accept-Encoding";
    if (this.#has(asset.tag)) return this.#send(304, headers, null);
    headers["Content-Type"] = asset.type;
    if (!asset.isCompressible || !ACCEPTS_GZIP.test(this.request.headers["accept-encoding"] ?? "")) {
      return this.#send(200, headers, asset.content);
    }
    return this.#send(200, { ...headers, "Content-Encoding": "gzip" }, await asset.compressed());
  }

  json(document) {
    this.#send(200, { "Content-Type": "application/json", "Cache-Control": "no-store" }, Buffer.from(JSON.stringify(document)));
  }

  text(status, sentence, headers = {}) {
    const type = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-cache" };
    this.#send(status, { ...type, ...headers }, Buffer.from(`${sentence}\n`));
  }

  #has(tag) {
    return (this.request.headers["if-none-match"] ?? "").split(",").some((known) => known.trim() === tag);
  }

  #send(status, headers, body) {
    const length = body === null ? {} : { "Content-Length": body.length };
    this.response.writeHead(status, { ...this.headers, ...headers, ...length });
    this.response.end(this.request.method === "HEAD" ? undefined : body);
  }
}
