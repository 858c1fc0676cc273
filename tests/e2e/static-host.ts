import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CORS, fileUnder, sendFile } from "./server.mjs";

/** A static host under test: files of a folder, and the same under `/slow/` at a few kilobytes a second. */
export interface StaticHost {
  readonly url: string;
  close(): Promise<void>;
}

const SLOW_MS = 3000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** `docs/HOSTING.md`'s own settings for nginx. */
const location = (path: string, folder: string, more: string): string => `
  location ${path} {
    alias ${folder}/;
    gzip off;
    etag on;
    ${more}
    add_header Access-Control-Allow-Origin  "*" always;
    add_header Access-Control-Allow-Headers "Range" always;
    add_header Access-Control-Expose-Headers "Content-Range, Content-Length, ETag, Accept-Ranges" always;
    if ($request_method = OPTIONS) { return 204; }
  }`;

function nginxPath(): string | undefined {
  try {
    return execFileSync("sh", ["-c", "command -v nginx || command -v /usr/sbin/nginx"], {
      encoding: "utf8",
    }).trim();
  } catch {
    return undefined;
  }
}

/** Serves a folder: by nginx where there is one (Debian's `nginx-light`, which `.ci/run` installs), else by Node. */
export async function startHost(folder: string): Promise<StaticHost> {
  const nginx = nginxPath();
  if (nginx) return startNginx(nginx, folder);
  console.info("  NOTE: nginx is absent, so Node serves the store; the same tests run.");
  return startNode(folder);
}

async function startNode(folder: string): Promise<StaticHost> {
  const server = createHttpServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const slow = path.startsWith("/slow/");
    const file = fileUnder(folder, slow ? path.slice("/slow".length) : path);
    if (!file) return response.writeHead(404, CORS).end();
    // A slow host answers late: what matters is that requests are still open when the view has moved on.
    if (slow) setTimeout(() => sendFile(request, response, file, CORS), SLOW_MS);
    else sendFile(request, response, file, CORS);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function startNginx(nginx: string, folder: string): Promise<StaticHost> {
  const port = await freePort();
  const scratch = mkdtempSync(join(tmpdir(), "centiscope-nginx-"));
  mkdirSync(join(scratch, "logs"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `  ${name}_temp_path ${scratch}/${name};`)
    .join("\n");
  const asRoot = process.getuid?.() === 0 ? "user root;\n" : "";
  writeFileSync(
    join(scratch, "nginx.conf"),
    `${asRoot}daemon off;
worker_processes 1;
pid ${scratch}/nginx.pid;
error_log ${scratch}/logs/error.log;
events { worker_connections 256; }
http {
  access_log off;
${temporary}
  server {
    listen 127.0.0.1:${port};
${location("/", folder, "")}
${location("/slow/", folder, "limit_rate 8k;")}
  }
}
`,
  );
  const child: ChildProcess = spawn(nginx, ["-p", scratch, "-c", join(scratch, "nginx.conf")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}/`;
  while (child.exitCode === null && !(await answers(url)))
    await new Promise((later) => setTimeout(later, 20));
  if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
  return {
    url,
    close: async () => {
      const ended = once(child, "exit");
      child.kill("SIGQUIT");
      child.kill("SIGTERM");
      await ended;
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}
