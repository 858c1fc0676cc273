import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/**
 * Sends one file as a good static host does: one byte range when asked for (206, or 416 beyond the end), ETag, and
 * never a transformation. What is not a readable file is 404.
 */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
    return;
  }
  const { size, mtimeMs } = found;
  const headers = {
    "content-type": TYPES[extname(path).toLowerCase()] ?? "application/octet-stream",
    "accept-ranges": "bytes",
    "cache-control": "no-cache",
    etag: `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`,
    "x-content-type-options": "nosniff",
  };
  const range = rangeOf(request.headers.range, size);
  if (range === null) {
    response.writeHead(416, { ...headers, "content-range": `bytes */${size}` }).end();
    return;
  }
  const { start, last } = range ?? { start: 0, last: size - 1 };
  const length = Math.max(0, last - start + 1);
  response.writeHead(range ? 206 : 200, {
    ...headers,
    "content-length": length,
    ...(range ? { "content-range": `bytes ${start}-${last}/${size}` } : {}),
  });
  if (request.method === "HEAD" || length === 0) {
    response.end();
    return;
  }
  const file = createReadStream(path, { start, end: last });
  file.on("error", () => response.destroy());
  response.on("close", () => file.destroy());
  file.pipe(response);
}

/** `bytes=a-b` or `bytes=a-`; undefined for no or an odd range (all is sent), null when it cannot be satisfied. */
function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; last: number } | undefined | null {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  if (!match) return undefined;
  const start = Number(match[1]);
  const last = match[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
  return start <= last ? { start, last } : null;
}
