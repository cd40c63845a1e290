// @vitest-environment node
import { describe, expect, it } from "vitest";
import { withFolder } from "../server/testing.mjs";
import { firstLoad, measure, table, total } from "./check-size.mjs";

const HTML = `<!doctype html><head>
<!-- <script src="/old.js"></script> -->
<link rel="icon" href="/icon.svg"><link rel="preload" as="font" href="/assets/inter.woff2">
<script src="/config.js"></script>
<script type="module" crossorigin src="/assets/index.js"></script>
<link rel="modulepreload" crossorigin href="/assets/react.js"><link href="/assets/index.css" rel="stylesheet" crossorigin>
<link rel="modulepreload" href="/assets/react.js"></head>`;
const FILES = {
  "index.html": HTML,
  "assets/index.js": "a".repeat(10_000),
  "assets/react.js": "b".repeat(20_000),
  "assets/index.css": "c".repeat(5_000),
};

describe("firstLoad", () => {
  it("names scripts, preloaded modules and styles, once each", () => {
    expect(firstLoad(HTML)).toEqual(["/assets/index.js", "/assets/react.js", "/assets/index.css"]);
  });
});

describe("measure", () => {
  it("gives the sizes of the files, and compressed they are smaller", async () => {
    const files = await withFolder(FILES, measure);

    expect(total(files).bytes).toBe(35_000);
    expect(total(files).compressed).toBeLessThan(1_000);
    expect(table(files).split("\n").at(-1)).toMatch(/^together +35\.0 kB +0\.\d kB$/);
  });

  it("names what is missing", async () => {
    await expect(withFolder({}, measure)).rejects.toThrow("npm run build");
    await expect(withFolder({ "index.html": HTML }, measure)).rejects.toThrow("/assets/index.js is not in dist.");
  });
});
