/** Reads chat-frontend/.env, the page's tier of configuration. */
import { existsSync, readFileSync } from "node:fs";

const line = /^\s*(?:export\s+)?([A-Z_][A-Z0-9_]*)\s*=\s*(.*?)\s*$/i;

/** Add what the file says to `environment`; what is set there already wins. */
export function loadEnvFile(path, environment) {
  if (!existsSync(path)) return;
  for (const text of readFileSync(path, "utf8").split(/\r?\n/)) {
    const [, name, value] = line.exec(text) ?? [];
    if (name && environment[name] === undefined) environment[name] = withoutQuotes(value);
  }
}

function withoutQuotes(value) {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return quoted ? quoted[2] : value.replace(/\s+#.*$/, "");
}
