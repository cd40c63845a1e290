/** Serves the built page, and tells it at run time where the services are. The parts are in server/. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildForNpmStart } from "./server/first-build.mjs";
import { createRequestHandler } from "./server/request-handler.mjs";
import { readSettings } from "./server/settings.mjs";
import { loadSite } from "./server/site.mjs";
import { StartError } from "./server/start-error.mjs";

const FOLDER = dirname(fileURLToPath(import.meta.url));
const LAST_ANSWERS_MS = 500; // what is being sent may finish, so that the whole stop stays under a second
const LISTEN_FAULTS = {
  EADDRINUSE: (host, port) => `Port ${port} is in use by another program: end it, or choose another port with PORT.`,
  EACCES: (host, port) => `Port ${port} may not be used by this account: choose one above 1023 with PORT.`,
  EADDRNOTAVAIL: (host) => `HOST is ${host}, which is no address of this machine: set it to 127.0.0.1 or 0.0.0.0.`,
  ENOTFOUND: (host) => `HOST is ${host}, which is no address of this machine: set it to 127.0.0.1 or 0.0.0.0.`,
};

try {
  start(readSettings(FOLDER, process.env));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  fail(error.message);
}

function start({ host, port, addresses }) {
  const { version } = JSON.parse(readFileSync(join(FOLDER, "package.json"), "utf8"));
  const server = createServer(createRequestHandler({ site: builtSite(), addresses, version }));
  server.on("error", (error) => {
    const explain = LISTEN_FAULTS[error.code];
    if (!explain) throw error;
    fail(explain(host, port));
  });
  server.listen(port, host, () => {
    const name = host.includes(":") ? `[${host}]` : host;
    console.log(`chat-frontend serves the page at http://${name}:${server.address().port}`);
  });
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => stop(server));
}

function builtSite() {
  const dist = join(FOLDER, "dist");
  const site = loadSite(dist) ?? (buildForNpmStart(FOLDER, process.env) ? loadSite(dist) : null);
  if (site) return site;
  throw new StartError("The page is not built: run `npm ci` and `npm run build` in chat-frontend, then start again.");
}

function stop(server) {
  server.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref();
}

function fail(sentence) {
  console.error(`chat-frontend: ${sentence}`);
  process.exitCode = 1;
}
