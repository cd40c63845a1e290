/** How the page is built, tried out and tested. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { configScript } from "./server/page-config.mjs";
import { readSettings } from "./server/settings.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** `npm run dev` answers /config.js as server.mjs does for the built page. */
const pageConfig = {
  name: "convoai-config",
  configureServer(server) {
    const { addresses } = readSettings(folder, process.env);
    server.middlewares.use("/config.js", (_request, response) => {
      response.setHeader("Content-Type", "text/javascript; charset=utf-8");
      response.end(configScript(addresses));
    });
  },
};

export default defineConfig({
  plugins: [react(), pageConfig],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { port: Number(process.env.PORT || 3000), strictPort: true },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/test/setup.ts"],
    include: ["{src,server,scripts,nginx,tests}/**/*.test.{ts,tsx,mjs}"],
    restoreMocks: true,
    testTimeout: 20_000,
  },
});
