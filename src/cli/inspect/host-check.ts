import type { ProbeAnswer } from "./http-probe.ts";

/** A site that the server has never heard of, as every viewer's is unless it is named. */
export const ANY_SITE = "https://viewer.example";

/** One thing that a host must do for the viewer, and how it does. */
export interface HostCheck {
  readonly name:
    | "reachable"
    | "ranges"
    | "bytes"
    | "compression"
    | "cors"
    | "headers"
    | "version"
    | "cache"
    | "missing"
    | "shards"
    | "https";
  /** `note` is not ideal but works. */
  readonly verdict: "ok" | "note" | "fault";
  /** What was found, in plain words. */
  readonly found: string;
  /** What to do; null when nothing is to be done. */
  readonly advice: string | null;
}

/** Adds a check to a report. */
export type Say = (
  name: HostCheck["name"],
  verdict: HostCheck["verdict"],
  found: string,
  advice?: string | null,
) => void;
/** Asks the host, for the address of the report unless another is given. */
export type Ask = (
  headers: Record<string, string>,
  at?: string,
  method?: string,
  limit?: number,
) => Promise<ProbeAnswer>;
