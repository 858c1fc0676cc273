import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";

/** Descriptions are small; more is not one. */
const MAX_JSON = 8 * 2 ** 20;

/** A JSON object from a small file. Throws `metadata-invalid` for anything else. */
export async function readJson(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const file = source.name;
  const bytes = await source.read(0, MAX_JSON + 1, signal);
  const invalid = (detail: string) => new CentiscopeError("metadata-invalid", { file, detail });
  if (bytes.length > MAX_JSON) throw invalid("longer than 8 MiB");
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (thrown) {
    throw invalid(thrown instanceof Error ? thrown.message : String(thrown));
  }
  if (!isRecord(parsed)) throw invalid("not an object");
  return parsed;
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
