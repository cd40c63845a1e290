/** Answers the page's requests: files, /config.js, and index.html for every page address. */
import sirv from "sirv";
import { configScript, securityHeaders } from "./page-config.mjs";

const ONE_YEAR_SECONDS = 31_536_000;

export function createHandler(distFolder, environment) {
  const files = sirv(distFolder, { single: true, ignores: ["/assets/.*", "/health"], etag: true, setHeaders: setCaching });
  return (request, response) => {
    const headers = securityHeaders(environment, request.headers.host);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD") return answer(response, 405, "text/plain", "Method not allowed\n");
    const path = request.url?.split("?")[0];
    if (path === "/config.js") return answer(response, 200, "text/javascript", configScript(environment));
    if (path === "/health") return answer(response, 200, "application/json", '{"status": "healthy"}\n');
    return files(request, response, () => answer(response, 404, "text/plain", "Not found\n"));
  };
}

/** Hashed files never change; everything else may with the next version. */
function setCaching(response, path) {
  const isHashed = path.startsWith("/assets/");
  const isPage = path === "/" || path.endsWith(".html");
  response.setHeader("Cache-Control", isHashed ? `public, max-age=${ONE_YEAR_SECONDS}, immutable` : isPage ? "no-store" : "no-cache");
}

function answer(response, status, type, body) {
  response.writeHead(status, { "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-store" });
  response.end(body);
}
