// How the dashboard becomes files: relative addresses, so that it works under any path of a proxy, and nothing inline, so that the page's
// content security policy can forbid it.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** What is not the page itself is the running server's, while one works on the page (`npm run dev:dashboard`). */
const SERVER = process.env.DASHBOARD_SERVER ?? "http://127.0.0.1:8080";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "./",
  server: { proxy: { "/v1": { target: SERVER, changeOrigin: false, ws: true }, "/docs": SERVER } },
  build: {
    outDir: here("../../dist/dashboard"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
