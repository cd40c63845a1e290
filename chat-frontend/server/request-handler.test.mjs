// @vitest-environment node
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createRequestHandler } from "./request-handler.mjs";
import { REMOTE_IMAGE } from "./security-headers.mjs";
import { loadSite } from "./site.mjs";
import { NO_ADDRESSES, PAGE_FILES, policySources, SCRIPT, withFolder, withServer } from "./testing.mjs";

const ADDRESSES = { ...NO_ADDRESSES, REACT_APP_AUTH_API_URL: "https://auth.example.com" };

/** One request to a server with the small page. */
async function answerTo(path, options) {
  const site = await withFolder(PAGE_FILES, loadSite);
  const handler = createRequestHandler({ site, addresses: ADDRESSES, version: "1.2.3" });
  return withServer(handler, (ask) => ask(path, options));
}

describe("a file of the page", () => {
  it("may be kept for a year when its name has a hash", async () => {
    const { status, headers, body } = await answerTo("/assets/index-1a2b.js?v=1");

    expect([status, headers["content-type"]]).toEqual([200, "text/javascript; charset=utf-8"]);
    expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(body.toString()).toBe(SCRIPT);
  });

  it("is asked for again each time when its name has none", async () => {
    const { status, headers } = await answerTo("/favicon.svg");

    expect([status, headers["content-type"]]).toEqual([200, "image/svg+xml"]);
    expect(headers["cache-control"]).toBe("no-cache");
  });

  it.each(["gzip", "br, gzip;q=0.8", "GZIP", "deflate,gzip"])("comes compressed for %s", async (accepted) => {
    const { headers, body } = await answerTo("/assets/index-1a2b.js", { headers: { "accept-encoding": accepted } });

    expect([headers["content-encoding"], headers.vary]).toEqual(["gzip", "Accept-Encoding"]);
    expect(Number(headers["content-length"])).toBe(body.length);
    expect(gunzipSync(body).toString()).toBe(SCRIPT);
  });

  it.each(["", "identity", "gzip;q=0", "gzip; q=0.0, br", "xgzip"])("comes as it is for «%s»", async (accepted) => {
    const { headers, body } = await answerTo("/assets/index-1a2b.js", { headers: { "accept-encoding": accepted } });

    expect([headers["content-encoding"], headers.vary]).toEqual([undefined, "Accept-Encoding"]);
    expect(body.toString()).toBe(SCRIPT);
  });

  it("is not compressed when that gains nothing", async () => {
    const { headers } = await answerTo("/assets/font-3c4d.woff2", { headers: { "accept-encoding": "gzip" } });

    expect([headers["content-encoding"], headers["content-type"]]).toEqual([undefined, "font/woff2"]);
  });

  it("is not sent again to a browser that has it", async () => {
    const { headers: first } = await answerTo("/favicon.svg");
    const { status, headers, body } = await answerTo("/favicon.svg", {
      headers: { "if-none-match": `"other", ${first.etag}` },
    });

    expect([status, body.length, headers.etag]).toEqual([304, 0, first.etag]);
    expect(headers["content-security-policy"]).toBeDefined();
  });

  it("is missing with 404 that no one keeps", async () => {
    for (const path of ["/assets/index-old.js", "/assets/nothing", "/robots.txt", "/.build-stamp", "/assets/"]) {
      const { status, headers } = await answerTo(path);
      expect([path, status, headers["cache-control"]]).toEqual([path, 404, "no-cache"]);
    }
  });

  // A server on sirv ended at such a request: its range went to the file system as it was.
  it.each(["bytes=5-2", "bytes=-5", "bytes=999999-", "lines=1"])("comes whole for the range %s", async (range) => {
    const { status, body } = await answerTo("/favicon.svg", { headers: { range } });

    expect([status, body.toString()]).toEqual([200, PAGE_FILES["favicon.svg"]]);
  });
});

describe("a place in the page", () => {
  it.each(["/", "/index.html", "/sign-in", "/conversations/0190-abc?from=list", "/v1.2/notes", "/caf%C3%A9"])(
    "%s is answered with the page",
    async (path) => {
      const { status, headers, body } = await answerTo(path);

      expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(headers["cache-control"]).toBe("no-cache");
      expect(body.toString()).toBe(PAGE_FILES["index.html"]);
    },
  );

  it.each(["/../package.json", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/..%5cserver.mjs", "/%", "/%ff"])(
    "%s is refused",
    async (path) => {
      expect((await answerTo(path)).status).toBe(400);
    },
  );

  it("may be named with a whole address, as proxies do", async () => {
    expect((await answerTo("http://localhost/sign-in")).status).toBe(200);
    expect((await answerTo("nonsense")).status).toBe(400);
  });
});

describe("/config.js", () => {
  it("has the addresses and is never stored", async () => {
    const { headers, body } = await answerTo("/config.js");

    expect([headers["cache-control"], headers["content-type"]]).toEqual(["no-store", "text/javascript; charset=utf-8"]);
    expect(body.toString()).toContain('"REACT_APP_AUTH_API_URL":"https://auth.example.com"');
  });
});

describe("/health", () => {
  it("answers as the other services do", async () => {
    const { status, headers, body } = await answerTo("/health");
    const { timestamp, ...rest } = JSON.parse(body.toString());

    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([200, "application/json", "no-store"]);
    expect(rest).toEqual({ status: "healthy", service: "chat-frontend", version: "1.2.3" });
    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(60_000);
  });
});

describe("methods", () => {
  it("has no body for HEAD, and the length of one", async () => {
    const { status, headers, body } = await answerTo("/favicon.svg", { method: "HEAD" });

    expect([status, body.length]).toEqual([200, 0]);
    expect(headers["content-length"]).toBe(String(PAGE_FILES["favicon.svg"].length));
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])("refuses %s", async (method) => {
    const { status, headers } = await answerTo("/", { method });

    expect([status, headers.allow]).toEqual([405, "GET, HEAD"]);
  });
});

describe("security headers", () => {
  it.each(["/", "/assets/index-1a2b.js", "/assets/missing.js", "/config.js", "/health", "/%"])("come with %s", async (path) => {
    const { headers } = await answerTo(path, { headers: { host: "page.example.com" } });
    const policy = headers["content-security-policy"];

    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["x-frame-options"]).toBe("DENY");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(policySources(policy, "script-src")).toEqual(["'self'"]);
    expect(policySources(policy, "frame-ancestors")).toEqual(["'none'"]);
    expect(policySources(policy, "connect-src")).toEqual([
      "'self'",
      "https://auth.example.com",
      "http://page.example.com:8000",
      "http://page.example.com:8002",
      "ws://page.example.com:8000",
      "ws://page.example.com:8002",
    ]);
  });

  it("do not repeat a Host header that is none", async () => {
    const { headers } = await answerTo("/", { headers: { host: "a;script-src *" } });

    expect(headers["content-security-policy"]).not.toContain("*");
  });
});

describe("the frame for remote images", () => {
  it("keeps shared conversations out of search engines, and nothing else", async () => {
    expect((await answerTo("/shared/token")).headers["x-robots-tag"]).toBe("noindex, nofollow, noarchive");
    expect((await answerTo("/c/shared")).headers["x-robots-tag"]).toBeUndefined();
  });

  it("may be framed by the page, runs its own script alone, and loads nothing but images over https", async () => {
    const text = readFileSync(new URL("../public/remote-image.html", import.meta.url), "utf8");
    const hashOf = (name) => {
      const [, inside] = new RegExp(`<${name}>([^]*)</${name}>`).exec(text);
      return `'sha256-${createHash("sha256").update(inside).digest("base64")}'`;
    };
    const { headers } = await answerTo(REMOTE_IMAGE);
    const policy = headers["content-security-policy"];

    expect(headers["x-frame-options"]).toBe("SAMEORIGIN");
    expect(policySources(policy, "default-src")).toEqual(["'none'"]);
    expect(policySources(policy, "script-src")).toEqual([hashOf("script")]);
    expect(policySources(policy, "style-src")).toEqual([hashOf("style")]);
    expect(policySources(policy, "img-src")).toEqual(["https:"]);
    expect(policySources(policy, "sandbox")).toEqual(["allow-scripts"]);
  });
});
