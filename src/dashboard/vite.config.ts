// How the dashboard becomes files: relative addresses, so that it works under any path of a proxy, and nothing inline, so that the page's
// content security policy can forbid it.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "./",
  build: {
    outDir: here("../../dist/dashboard"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
