import type { IncomingMessage, ServerResponse } from "node:http";

/** Starts the application's origin on `port` and the one of data and faults on `port + 1`. */
export function startServers(port: number): Promise<{
  readonly appUrl: string;
  readonly dataUrl: string;
  close(): Promise<unknown>;
}>;

/** The file under `base` that a decoded URL path names; undefined when it leaves `base` or is not there. */
export function fileUnder(base: string, urlPath: string): string | undefined;
/** Sends a file as a good static host does: ranges, ETag, no transformation. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  headers: Readonly<Record<string, string>>,
): void;
export const CORS: Readonly<Record<string, string>>;
