/**
 * Prints a Chromium that runs here, as JSON: {"executable": …, "env": {…}}; `env` is what it needs to be started with.
 *
 * Usage: node scripts/chromium-path.mjs [folder for an unpacked one; kept and used again]
 * The order: what CHROMIUM names, an installed one, the one in the npm package @sparticuz/chromium (Linux on x86-64).
 */
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startsUp, whichProgram } from "./chromium/programs.mjs";
import { unpackedChromium } from "./chromium/unpacked.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const OUTSIDE_PATH = {
  darwin: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"],
  win32: ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"].map((name) =>
    join(process.env[name] ?? homedir(), "Google", "Chrome", "Application", "chrome.exe"),
  ),
};
const DEFAULT_FOLDER = fileURLToPath(new URL("../node_modules/.cache/chromium", import.meta.url));

/** Throws: an Error whose message is a sentence for people. */
async function findChromium(folder) {
  const named = process.env.CHROMIUM;
  if (named) {
    const executable = whichProgram(named);
    if (executable && (await startsUp({ executable, env: {} }))) return { executable, env: {} };
    throw new Error(`CHROMIUM names ${named}, which does not start: name a Chromium that runs, or unset it.`);
  }
  for (const name of [...NAMES, ...(OUTSIDE_PATH[process.platform] ?? [])]) {
    const executable = whichProgram(name);
    if (executable && (await startsUp({ executable, env: {} }))) return { executable, env: {} };
  }
  return unpackedChromium(folder);
}

try {
  console.log(JSON.stringify(await findChromium(process.argv[2] ?? DEFAULT_FOLDER)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
