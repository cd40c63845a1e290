// @vitest-environment node
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ask, PAGE_FILES, withFolder } from "./testing.mjs";

const FRONTEND = fileURLToPath(new URL("..", import.meta.url));
const BUILT = Object.fromEntries(Object.entries(PAGE_FILES).map(([name, text]) => [`chat-frontend/dist/${name}`, text]));
const PACKAGE = { "chat-frontend/package.json": '{"version": "1.2.3", "type": "module"}' };
const BUILDER = `import { mkdirSync, writeFileSync } from "node:fs";
if (process.argv.slice(2).join(" ") !== "run build") process.exit(3);
mkdirSync("dist");
writeFileSync("dist/index.html", "built");
`;

/** A copy of the server that runs for as long as `use` takes, with these files around it. */
function withProcess(files, environ, use) {
  return withFolder({ ...PACKAGE, ...files }, async (root) => {
    const folder = join(root, "chat-frontend");
    for (const name of ["server.mjs", "server"]) cpSync(join(FRONTEND, name), join(folder, name), { recursive: true });
    const env = { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, PORT: "0", ...environ(root) };
    const child = spawn(process.execPath, [join(folder, "server.mjs")], { cwd: root, env });
    try {
      return await use(child);
    } finally {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    }
  });
}

const withRunning = (environ, use) =>
  withProcess(BUILT, environ, async (child) => use(child, await portOf(child)));

async function portOf(child) {
  for await (const line of createInterface(child.stdout)) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
    if (port) return Number(port);
  }
  throw new Error("the server ended before it listened");
}

async function refusal(files, environ) {
  return withProcess(files, environ, async (child) => {
    const [text, [code]] = await Promise.all([child.stderr.toArray(), once(child, "exit")]);
    return { code, text: Buffer.concat(text).toString().trim() };
  });
}

describe("server.mjs", () => {
  it("serves the page on the port and with the addresses of its environment", async () => {
    const environ = () => ({ REACT_APP_WS_URL: "wss://chat.example.com" });
    const [page, config, health] = await withRunning(environ, (child, port) =>
      Promise.all(["/conversations/1", "/config.js", "/health"].map((path) => ask(port, path))),
    );

    expect(page.body.toString()).toBe(PAGE_FILES["index.html"]);
    expect(config.body.toString()).toContain("wss://chat.example.com");
    expect(JSON.parse(health.body.toString()).version).toBe("1.2.3");
  });

  it.skipIf(process.platform === "win32").each(["SIGTERM", "SIGINT"])(
    "ends within a second at %s, though a client holds a connection",
    async (signal) => {
      await withRunning(() => ({}), async (child, port) => {
        await fetch(`http://127.0.0.1:${port}/`); // its connection stays open
        const asked = performance.now();
        child.kill(signal);
        const [code] = await once(child, "exit");

        expect(code).toBe(0);
        expect(performance.now() - asked).toBeLessThan(1000);
      });
    },
  );

  it("says in one sentence that the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address();
    const { code, text } = await refusal(BUILT, () => ({ PORT: String(port) }));
    other.close();

    expect(code).toBe(1);
    expect(text).toBe(`chat-frontend: Port ${port} is in use by another program: end it, or choose another port with PORT.`);
  });

  it("says in one sentence that HOST is not an address of this machine", async () => {
    const { code, text } = await refusal(BUILT, () => ({ HOST: "192.0.2.1" }));

    expect([code, text.split("\n").length]).toEqual([1, 1]);
    expect(text).toContain("HOST is 192.0.2.1");
  });

  it("says in one sentence that the page is not built", async () => {
    const { code, text } = await refusal({}, () => ({}));

    expect([code, text.split("\n").length]).toEqual([1, 1]);
    expect(text).toContain("npm run build");
  });

  it("says in one sentence which variable is wrong", async () => {
    const { code, text } = await refusal(BUILT, () => ({ REACT_APP_AUTH_API_URL: "localhost" }));

    expect([code, text.split("\n").length]).toEqual([1, 1]);
    expect(text).toContain("REACT_APP_AUTH_API_URL");
  });
});

describe("npm start without a build", () => {
  const asNpm = (root) => ({ npm_lifecycle_event: "start", npm_execpath: join(root, "builder.mjs") });

  it("builds first and then serves", async () => {
    const page = await withProcess({ "builder.mjs": BUILDER }, asNpm, async (child) => ask(await portOf(child), "/"));

    expect(page.body.toString()).toBe("built");
  });

  it("says so when the build fails", async () => {
    const { code, text } = await refusal({ "builder.mjs": "process.exit(2)" }, asNpm);

    expect(code).toBe(1);
    expect(text).toContain("The page could not be built");
  });
});
