import { fileURLToPath } from "node:url";
import { createServer, type ViteDevServer } from "vite";

/** The harness pages, served from their sources. All dependencies are found up front, so no page reloads itself. */
export async function serveHarness(port: number): Promise<{ url: string; close: () => Promise<void> }> {
  const server: ViteDevServer = await createServer({
    root: fileURLToPath(new URL("../../..", import.meta.url)),
    configFile: false,
    logLevel: "error",
    cacheDir: "node_modules/.vite-harness",
    optimizeDeps: { entries: ["tests/e2e/harness/*.html"] },
    server: { port, host: "127.0.0.1", hmr: false, watch: null },
  });
  await server.listen();
  const base = server.resolvedUrls?.local[0] ?? `http://127.0.0.1:${port}/`;
  return { url: `${base}tests/e2e/harness/`, close: () => server.close() };
}
