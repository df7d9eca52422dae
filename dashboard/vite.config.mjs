// Relative URLs, so that the pages also work below a reverse proxy's path. Nothing is inlined:
// the gateway's content security policy allows files of its own only.
import { defineConfig } from "vite";

const gateway = process.env.ESPALIER_GATEWAY ?? "http://localhost:8080";

export default defineConfig({
  base: "./",
  build: {
    assetsInlineLimit: 0,
    target: "es2022",
    license: { fileName: "assets/licenses.md" },
  },
  // sockjs-client expects Node's name for the global object.
  define: { global: "globalThis" },
  server: {
    proxy: { "/api": gateway, "/eventbus": { target: gateway, ws: true } },
  },
  test: { include: ["test/**/*.test.ts"] },
});
