/** Holds the built page in memory: a running server goes on with the build it began with, and asks no disk. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { contentTypeOf, isText } from "./content-types.mjs";

const compress = promisify(gzip);
const WORTH_COMPRESSING_BYTES = 1024; // below, a packet is saved neither way

export class Asset {
  #compressed = null;

  constructor(path, content) {
    this.content = content;
    this.type = contentTypeOf(path);
    this.isCompressible = content.length >= WORTH_COMPRESSING_BYTES && isText(this.type);
    // Weak: the compressed form has other bytes and the same tag.
    this.tag = `W/"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
  }

  /** The content in gzip, made once, when it is first asked for. */
  compressed() {
    this.#compressed ??= compress(this.content, { level: 9 });
    return this.#compressed;
  }
}

/**
 * Read a built page.
 *
 * Returns: URL path → Asset, hidden files left out; null when the folder has no index.html.
 */
export function loadSite(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
  const site = new Map();
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).join("/")}`;
    if (entry.isFile() && !path.includes("/.")) site.set(path, new Asset(path, readFileSync(file)));
  }
  return site.has("/index.html") ? site : null;
}
