/** Finds programs, and proves that a browser starts. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { chromium } from "playwright-core";

const START_LIMIT_MS = 30_000; // a first start on two busy cores took 8 s
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"];

/** The path of a program that is named by a path or found on PATH; null when there is none. */
export function whichProgram(name) {
  const folders = /[/\\]/.test(name) ? [""] : (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const endings = process.platform === "win32" ? ["", ".exe"] : [""];
  const candidates = folders.flatMap((folder) => endings.map((ending) => resolve(join(folder, name + ending))));
  return candidates.find(isProgram) ?? null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // neither there nor ours to run: it is no candidate, whatever the reason
  }
}

/** Whether the browser shows a text, and the text has a size: without fonts it has none, and reads as empty. */
export async function startsUp({ executable, env }) {
  let browser;
  try {
    browser = await chromium.launch({
      executablePath: executable,
      args: ARGUMENTS,
      env: { ...process.env, ...env },
      timeout: START_LIMIT_MS,
    });
    const page = await browser.newPage();
    await page.setContent("<p><span>ConvoAI</span></p>");
    return (await page.innerText("p")) === "ConvoAI" && (await page.locator("span").boundingBox())?.width > 0;
  } catch (error) {
    console.error(`${executable} does not start: ${error.message.split("\n", 1)[0]}`);
    return false;
  } finally {
    await browser?.close();
  }
}
