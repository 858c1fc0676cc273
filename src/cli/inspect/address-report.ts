import { type HostReport, hostReport } from "./host-report.ts";
import { shardChecks } from "./shard-checks.ts";

/** How the host serves the address; of a store also whether its shards are there as its `zarr.json` says. */
export async function addressReport(path: string, origin: string, signal: AbortSignal): Promise<HostReport> {
  if (!isZarr(path)) return hostReport(path, signal, origin);
  const isThere = ({ checks }: HostReport): boolean =>
    checks.some(({ name, verdict }) => name === "reachable" && verdict === "ok");
  const first = await hostReport(fileOf(path, "zarr.json"), signal, origin);
  if (!isThere(first)) {
    for (const name of OF_VERSION_2) {
      const report = await hostReport(fileOf(path, name), signal, origin);
      if (isThere(report)) return report;
    }
  }
  if (!first.usable) return first;
  const shards = await shardChecks(path, origin, signal);
  const usable = shards.every(({ verdict }) => verdict !== "fault");
  return { ...first, checks: [...first.checks, ...shards], usable };
}

/** What readers of a zarr hierarchy begin with where there is no `zarr.json`. */
const OF_VERSION_2 = [".zattrs", ".zmetadata"];

/** True for the address of a zarr hierarchy. */
export function isZarr(address: string): boolean {
  return /\.zarr\/*$/i.test(new URL(address).pathname);
}

function fileOf(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${name}`;
  return url.href;
}
