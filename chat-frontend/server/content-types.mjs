/** What each kind of file is. nginx/nginx.conf has the same list; a test compares them. */
import { extname } from "node:path";

export const CONTENT_TYPES = {
  css: "text/css",
  gif: "image/gif",
  html: "text/html",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  map: "application/json",
  mjs: "text/javascript",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
  xml: "application/xml",
};

/** The value of the Content-Type header for a file of this name. */
export function contentTypeOf(path) {
  const type = CONTENT_TYPES[extname(path).slice(1).toLowerCase()] ?? "application/octet-stream";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}

/** Whether compressing pays: fonts and pictures are compressed already. */
export function isText(type) {
  return /^text\/|json$|xml$|wasm$/.test(type.replace(/;.*$/, ""));
}
