/**
 * A static host as users have one, and a bad one beside it. Two origins, so that CORS is real:
 *   port      the production build under /labs/pathology/centiscope/, nothing else
 *   port + 1  files under /ok/, and the same files under /<fault>/ misbehaving
 * Files: /fixtures/… = tests/fixtures, /samples/… = public/samples, /corpus/… = ../shared/data.
 */
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.CENTISCOPE_DIST ?? join(root, "dist");
export const APP_PATH = "/labs/pathology/centiscope/";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

export const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "Range, If-Range",
  "Access-Control-Expose-Headers": "Content-Range, Content-Length, ETag, Accept-Ranges",
};

/** The file under `base` that a decoded URL path names, or undefined when it leaves `base` or is not there. */
export function fileUnder(base, urlPath) {
  const path = normalize(join(base, urlPath));
  if (!path.startsWith(base) || !existsSync(path) || !statSync(path).isFile()) return undefined;
  return path;
}

/** `bytes=a-b`, `a-` or `-n` against a size; undefined when there is none, null when it cannot be satisfied. */
function rangeOf(header, sizeBytes) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (!match[1] && !match[2])) return undefined;
  const start = match[1] ? Number(match[1]) : Math.max(0, sizeBytes - Number(match[2]));
  const end = match[1] && match[2] ? Math.min(Number(match[2]), sizeBytes - 1) : sizeBytes - 1;
  return start <= end ? { start, end } : null;
}

/** Sends a file as a good static host does: ranges, ETag, no transformation. */
export function sendFile(request, response, path, headers) {
  const { size, mtimeMs } = statSync(path);
  const all = {
    ...headers,
    "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    ETag: `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`,
  };
  const range = rangeOf(request.headers.range, size);
  if (range === null) {
    response.writeHead(416, { ...all, "Content-Range": `bytes */${size}` }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) all["Content-Range"] = `bytes ${start}-${end}/${size}`;
  response.writeHead(range ? 206 : 200, { ...all, "Content-Length": String(end - start + 1) });
  if (request.method === "HEAD" || size === 0) response.end();
  else createReadStream(path, { start, end }).pipe(response);
}

/** Each way in which a host can be wrong, by the first part of the path. */
const FAULTS = {
  ok: (request, response, path) => sendFile(request, response, path, CORS),
  missing: (_request, response) => response.writeHead(404, CORS).end("Not found"),
  forbidden: (_request, response) => response.writeHead(403, CORS).end("Forbidden"),
  broken: (_request, response) => response.writeHead(500, CORS).end("Server error"),
  "no-cors": (request, response, path) => sendFile(request, response, path, {}),
  "ignore-range": (request, response, path) => {
    delete request.headers.range;
    sendFile(request, response, path, CORS);
  },
  /** Answers any range with the whole of a file that is far too large to be fetched so. */
  "ignore-range-large": (_request, response, path) => {
    response.writeHead(200, { ...CORS, "Content-Length": "3000000000" });
    response.write(readFileSync(path).subarray(0, 65_536));
  },
  /** Claims the whole length, closes after half. */
  truncated: (request, response, path) => {
    const bytes = readFileSync(path);
    const range = rangeOf(request.headers.range, bytes.length) ?? { start: 0, end: bytes.length - 1 };
    const body = bytes.subarray(range.start, range.end + 1);
    const headers = { ...CORS, "Content-Length": String(body.length) };
    if (request.headers.range) headers["Content-Range"] = `bytes ${range.start}-${range.end}/${bytes.length}`;
    response.writeHead(request.headers.range ? 206 : 200, headers);
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  },
  /** A proxy that shifts every range by one byte, and says so. */
  "wrong-range": (request, response, path) => {
    const bytes = readFileSync(path);
    const range = rangeOf(request.headers.range, bytes.length);
    if (!range) return sendFile(request, response, path, CORS);
    const start = range.start + 1;
    const end = Math.min(range.end + 1, bytes.length - 1);
    response.writeHead(206, { ...CORS, "Content-Range": `bytes ${start}-${end}/${bytes.length}` });
    return response.end(bytes.subarray(start, end + 1));
  },
  /** 64 kB, then 200 ms of waiting, and so on: long enough to be cancelled. */
  slow: (request, response, path) => {
    const bytes = readFileSync(path);
    const range = rangeOf(request.headers.range, bytes.length) ?? { start: 0, end: bytes.length - 1 };
    const headers = { ...CORS, "Content-Length": String(range.end - range.start + 1) };
    if (request.headers.range) headers["Content-Range"] = `bytes ${range.start}-${range.end}/${bytes.length}`;
    response.writeHead(request.headers.range ? 206 : 200, headers);
    const send = (at) => {
      if (response.destroyed) return;
      if (at > range.end) return void response.end();
      const next = Math.min(at + 65_536, range.end + 1);
      response.write(bytes.subarray(at, next));
      setTimeout(send, 200, next);
    };
    send(range.start);
  },
};

const FOLDERS = {
  fixtures: join(root, "tests/fixtures"),
  samples: join(root, "public/samples"),
  corpus: join(root, "../shared/data"),
};

function application(request, response) {
  const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
  if (!path.startsWith(APP_PATH)) return response.writeHead(404).end("Outside of the application's folder");
  const inside = path.slice(APP_PATH.length);
  const file = fileUnder(dist, inside === "" ? "index.html" : inside);
  return file ? sendFile(request, response, file, {}) : response.writeHead(404).end("Not found");
}

function data(request, response) {
  if (request.method === "OPTIONS") return response.writeHead(204, CORS).end();
  const parts = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname)
    .split("/")
    .slice(1);
  const [fault = "", folder = "", ...rest] = parts;
  const respond = FAULTS[fault];
  if (fault === "missing" && respond) return respond(request, response);
  const file = FOLDERS[folder] && fileUnder(FOLDERS[folder], rest.join("/"));
  if (!respond || !file) return response.writeHead(404, CORS).end("Not found");
  return respond(request, response, file);
}

/** Starts both origins; resolves with how to stop them. */
export async function startServers(port) {
  const servers = [createServer(application), createServer(data)];
  await Promise.all(
    servers.map(
      (server, index) =>
        new Promise((resolve, reject) => {
          server.once("error", reject);
          server.listen(port + index, "127.0.0.1", resolve);
        }),
    ),
  );
  return {
    appUrl: `http://127.0.0.1:${port}${APP_PATH}`,
    dataUrl: `http://127.0.0.1:${port + 1}/`,
    close: () =>
      Promise.all(
        servers.map(
          (server) =>
            new Promise((resolve) => {
              server.closeAllConnections();
              server.close(resolve);
            }),
        ),
      ),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(join(dist, "index.html"))) {
    console.error("There is no production build to serve. Run: npm run build");
    process.exit(1);
  }
  const { appUrl, dataUrl } = await startServers(Number(process.env.CENTISCOPE_E2E_PORT ?? 5270));
  console.info(`Application ${appUrl}\nData and faults ${dataUrl}`);
}
