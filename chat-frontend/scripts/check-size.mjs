/** Fails when what a first visit loads (scripts and styles that index.html names) is too large. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 200_000; // docs/architecture.md: a first load under 200 kB, compressed
const MADE_AT_RUN_TIME = "/config.js";
const TAG = /<(?:script|link)\b[^>]*>/g;
const LOADED = /\brel="(?:stylesheet|modulepreload)"|^<script\b/;

/** The paths of scripts and styles that `html` loads, in its order, each once. */
export function firstLoad(html) {
  const tags = [...html.replace(/<!--.*?-->/gs, "").matchAll(TAG)].map(([tag]) => tag).filter((tag) => LOADED.test(tag));
  const paths = tags.map((tag) => /\b(?:src|href)="([^"]+)"/.exec(tag)?.[1]).filter(Boolean);
  return [...new Set(paths)].filter((path) => path !== MADE_AT_RUN_TIME);
}

/** Measure a built page. Returns: `[{path, bytes, compressed}]`. Throws: an Error that names a missing file. */
export function measure(dist) {
  return firstLoad(fileText(dist, "index.html").toString()).map((path) => {
    const content = fileText(dist, path);
    return { path, bytes: content.length, compressed: gzipSync(content, { level: 9 }).length };
  });
}

/** The table for people, with its sum. */
export function table(files) {
  const kilobytes = (count) => `${(count / 1000).toFixed(1)} kB`.padStart(10);
  const row = (name, { bytes, compressed }) => `${name.padEnd(48)}${kilobytes(bytes)}${kilobytes(compressed)}`;
  const heading = `${"first load".padEnd(48)}${"size".padStart(10)}${"gzip".padStart(10)}`;
  return [heading, ...files.map((file) => row(file.path, file)), row("together", total(files))].join("\n");
}

export function total(files) {
  const sum = (key) => files.reduce((value, file) => value + file[key], 0);
  return { bytes: sum("bytes"), compressed: sum("compressed") };
}

function fileText(dist, path) {
  const file = join(dist, path);
  if (existsSync(file)) return readFileSync(file);
  throw new Error(path === "index.html" ? "The page is not built: run `npm run build` first." : `${path} is not in dist.`);
}

function main() {
  const files = measure(fileURLToPath(new URL("../dist", import.meta.url)));
  console.log(table(files));
  const { compressed } = total(files);
  if (compressed < LIMIT_BYTES) return;
  throw new Error(`The first load is ${compressed} bytes compressed, it must stay under ${LIMIT_BYTES}: load less at once.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
