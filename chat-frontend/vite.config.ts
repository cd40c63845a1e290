/** How the page is built and tested. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { configScript } from "./server/page-config.mjs";

export default defineConfig({
  plugins: [
    react(),
    {
      // `npm run dev` answers /config.js as server.mjs does for the built page.
      name: "convoai-config",
      configureServer(server) {
        server.middlewares.use("/config.js", (_request, response) => {
          response.setHeader("Content-Type", "text/javascript; charset=utf-8");
          response.end(configScript(process.env));
        });
      },
    },
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { port: Number(process.env.PORT ?? 3000), strictPort: true },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}", "server/**/*.test.ts", "scripts/**/*.test.ts"],
    restoreMocks: true,
  },
});
