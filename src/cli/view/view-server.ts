import { randomBytes } from "node:crypto";
import { realpath } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join, normalize, sep } from "node:path";
import { serveFile } from "./serve-file.ts";

export interface ViewServer {
  /** Where the viewer is: `http://127.0.0.1:8411/`. */
  readonly address: string;
  /** The address of a served file, by its place in `roots` and its path inside. */
  dataUrl(root: number, path: string): string;
  close(): Promise<void>;
}

/** A file, or a folder with all in it, that is served. */
export interface ServedRoot {
  readonly path: string;
  readonly isFolder: boolean;
  /** Of a folder only these are served: files, and folders (ending in "/") with all in them; all when absent. */
  readonly only?: readonly string[];
}

/**
 * Serves the viewer and files of this machine on the loopback interface alone. The files stand under a path that
 * cannot be guessed, and requests by any other host name are refused, so that no page of another site reads them. The
 * address is no secret from other users of this machine: the program that opens the browser has it in its arguments.
 * Only what was named is served, nothing beside it, nor what a link within leads to outside.
 */
export async function startViewServer(
  viewerFolder: string,
  roots: readonly ServedRoot[],
  port: number,
): Promise<ViewServer> {
  const secret = randomBytes(16).toString("hex");
  let own = "";
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const refuse = (response: ServerResponse, status: number) => {
    response.writeHead(status, { "content-type": "text/plain" }).end();
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.host !== own) return refuse(response, 403);
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405);
    const path = decodedPath(request.url ?? "/");
    if (path === undefined) return refuse(response, 400);
    const [, first = "", second = "", ...rest] = path.split("/");
    if (first !== secret) {
      return serveFile(request, response, inside(viewerFolder, path === "/" ? "index.html" : path));
    }
    const root = roots[Number(second)];
    if (!/^\d+$/.test(second) || !root) return refuse(response, 404);
    const [named, ...within] = rest;
    if (named !== basename(root.path)) return refuse(response, 404);
    if (!root.isFolder && within.length > 0) return refuse(response, 404);
    const name = within.join("/");
    if (!root.isFolder) return serveFile(request, response, root.path);
    const entry = (root.only ?? [""]).find(
      (one) => one === name || one === "" || (one.endsWith("/") && name.startsWith(one)),
    );
    if (entry === undefined) return refuse(response, 404);
    const full = inside(root.path, name);
    if (!(await isBelow(full, join(root.path, entry)))) return refuse(response, 404);
    return serveFile(request, response, full);
  }

  await listen(server, port);
  own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: `http://${own}/`,
    dataUrl: (root, path) =>
      `http://${own}/${secret}/${root}/${path.split("/").map(encodeURIComponent).join("/")}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

/** The path of a request line without its query; undefined when it is not UTF-8 or tries to leave. */
function decodedPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split("?")[0] ?? "/");
    return path.includes("\0") || path.split(/[/\\]/).includes("..") ? undefined : path;
  } catch {
    return undefined;
  }
}

/** Whether a path, its links followed, is that of what was named or lies below it. */
async function isBelow(path: string, named: string): Promise<boolean> {
  const [real, base] = await Promise.all([path, named].map((one) => realpath(one).catch(() => undefined)));
  if (real === undefined || base === undefined) return false;
  return real === base || real.startsWith(base.endsWith(sep) ? base : base + sep);
}

/** A path below a folder; one that would lie outside becomes the folder itself, which is no file. */
function inside(folder: string, path: string): string {
  const base = normalize(folder);
  const full = normalize(join(base, path));
  return full.startsWith(base.endsWith(sep) ? base : base + sep) ? full : base;
}
