/** Builds the page for someone who types `npm start` before anything was built. */
import { spawnSync } from "node:child_process";
import { StartError } from "./start-error.mjs";

/**
 * Run `npm run build` in `folder`, if this process was started by `npm start`.
 *
 * Returns: whether it built. Throws: StartError when the build failed.
 */
export function buildForNpmStart(folder, environ) {
  const npm = environ.npm_execpath;
  if (environ.npm_lifecycle_event !== "start" || !npm) return false;
  console.log("The page is not built yet: building it …");
  const { status } = spawnSync(process.execPath, [npm, "run", "build"], { cwd: folder, stdio: "inherit" });
  if (status === 0) return true;
  throw new StartError("The page could not be built: mend what the lines above say and start again.");
}
