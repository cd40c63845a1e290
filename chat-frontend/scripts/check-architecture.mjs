/** Checks how src/ is layered: shared → features → app, no feature inside another, no barrel files, file names. */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

const sourceFolder = fileURLToPath(new URL("../src", import.meta.url));
const importPattern = /(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

/** The layer of a file below src/, and the feature it belongs to. */
function placeOf(path) {
  const [top, feature] = path.split("/");
  if (top === "features") return { level: 1, feature };
  return { level: top === "app" || path === "main.tsx" ? 2 : 0, feature: null };
}

function resolveImport(from, specifier) {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  return specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : null;
}

function importFault(from, specifier) {
  const target = resolveImport(from, specifier);
  if (target === null) return null;
  const [here, there] = [placeOf(from), placeOf(target)];
  if (there.level > here.level) return `${from} imports ${specifier}, which is above it (shared → features → app)`;
  const isOtherFeature = here.level === 1 && there.level === 1 && here.feature !== there.feature;
  return isOtherFeature ? `${from} imports the inside of another feature: ${specifier}` : null;
}

function nameFault(path) {
  const name = posix.basename(path);
  if (/^index\.tsx?$/.test(name)) return `${path} is a barrel file; import what is needed from where it is`;
  const isComponent = /^[A-Z][A-Za-z]*(\.test)?\.tsx$/.test(name) || name === "main.tsx";
  const isModule = /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(name);
  return isComponent || isModule ? null : `${path} is named neither as a module (kebab-case.ts) nor as a component (PascalCase.tsx)`;
}

/** Every fault in a set of files: path below src/ → text. */
export function findFaults(files) {
  return Object.entries(files).flatMap(([path, text]) => {
    const imports = [...text.matchAll(importPattern)].map(([, specifier]) => importFault(path, specifier));
    return [nameFault(path), ...imports].filter((fault) => fault !== null);
  });
}

function readSources() {
  const paths = readdirSync(sourceFolder, { recursive: true }).map((path) => path.replaceAll("\\", "/"));
  const sources = paths.filter((path) => /\.tsx?$/.test(path) && !path.startsWith("api/generated/"));
  return Object.fromEntries(sources.map((path) => [path, readFileSync(`${sourceFolder}/${path}`, "utf8")]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = findFaults(readSources());
  faults.forEach((fault) => console.error(fault));
  process.exitCode = faults.length === 0 ? 0 : 1;
}
