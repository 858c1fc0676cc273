import { beginsAnnotations } from "../../core/annotation-sniff.ts";

const HEAD_BYTES = 4096;
/** A Parquet file tells what it holds at its end. */
const TAIL_BYTES = 1 << 16;

/** True when a file holds annotations by its first bytes (or its name, where it is packed): to be put on the slide. */
export async function holdsAnnotations(file: File): Promise<boolean> {
  if (/\.geojson(\.gz|\.zip)?$/i.test(file.name)) return true;
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const text = new TextDecoder(encodingOf(head)).decode(head);
  if (!text.startsWith("PAR1")) return beginsAnnotations(text);
  // GeoParquet, as SpatialData's shapes are [geoparquet.org, 1.1].
  return (await file.slice(-TAIL_BYTES).text()).includes('"primary_column"');
}

/** ImageScope writes UTF-16, with its byte order mark. */
function encodingOf([a, b]: Uint8Array): string {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
}
