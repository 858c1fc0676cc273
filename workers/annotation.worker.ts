import { expose, transfer } from "comlink";
import { zipSync } from "fflate";
import type { Annotation } from "../src/core/annotation.ts";
import { received } from "../src/core/packed-geometry.ts";
import type { AnnotationImport } from "../src/formats/annotations/annotation-import.ts";
import { countsCsv, countsParquet } from "../src/formats/annotations/counts-export.ts";
import { exportGeojson } from "../src/formats/annotations/geojson-export.ts";
import { importAnnotations } from "../src/formats/annotations/import-annotations.ts";
import { labelMask } from "../src/formats/annotations/label-mask.ts";
import { labelTable, labelTiff } from "../src/formats/annotations/label-tiff.ts";
import { exportWktCsv } from "../src/formats/annotations/wkt-csv.ts";
import { exportXeniumSelections } from "../src/formats/annotations/xenium-selections.ts";
import { BlobSource } from "../src/io/blob.ts";
import { oneMessage } from "./annotation-message.ts";
import type {
  AnnotationExport,
  AnnotationWorkerApi,
  AnnotationWriteRequest,
  LabelMaskRequest,
} from "./annotation-protocol.ts";
import { failedAnswer } from "./errors.ts";

const whole = { leftOut: 0, filled: 0, parted: 0 };
const packings = { geojson: "none", "geojson.gz": "gzip", "geojson.zip": "zip" } as const;

const encode = (text: string) => new TextEncoder().encode(text);

function labels(request: LabelMaskRequest): Uint8Array<ArrayBuffer> {
  const { title, annotations, widthPx, heightPx, downsample, umPerPx } = request;
  const mask = labelMask(title, annotations, { widthPx, heightPx, downsample }, null);
  const tiff = labelTiff(title, mask, umPerPx === null ? null : umPerPx * downsample);
  return new Uint8Array(
    zipSync({ "labels.ome.tif": tiff, "labels.csv": encode(labelTable(mask)) }, { level: 0 }),
  );
}

function written(request: AnnotationWriteRequest): AnnotationExport {
  if (request.format === "labels.zip") return { ...whole, bytes: labels(request) };
  if (request.format === "files.zip") {
    const files = Object.fromEntries(request.files.map(({ name, bytes }) => [name, bytes]));
    return { ...whole, bytes: new Uint8Array(zipSync(files)) };
  }
  if ("genes" in request) {
    const { format, genes, regions } = request;
    if (format === "counts.csv") return { ...whole, bytes: encode(countsCsv(genes, regions)) };
    return { ...whole, bytes: new Uint8Array(countsParquet(genes, regions)) };
  }
  const { format, annotations, frame, toUm } = request;
  if (format === "wkt.csv") return { ...whole, bytes: encode(exportWktCsv(annotations)) };
  if (format === "xenium.csv") {
    const { text, ...lost } = exportXeniumSelections(annotations, toUm);
    return { ...lost, bytes: encode(text) };
  }
  return { ...whole, bytes: new Uint8Array(exportGeojson(annotations, frame, packings[format])) };
}

let reads: AnnotationImport[] = [];
const given: Annotation[] = [];

/** With the annotations that were given before it. */
function completed(request: AnnotationWriteRequest): AnnotationWriteRequest {
  return "annotations" in request ? { ...request, annotations: [...given, ...request.annotations] } : request;
}

const api: AnnotationWorkerApi = {
  read: async (blob, name) => {
    try {
      reads = await importAnnotations(new BlobSource(blob, name));
      const value = reads.map((read) => ({
        read: { ...read, annotations: [] },
        count: read.annotations.length,
      }));
      return { ok: true, value };
    } catch (thrown) {
      return failedAnswer(thrown, name);
    }
  },
  take: async (read, from) => oneMessage(reads[read]?.annotations ?? [], from),
  give: async (annotations) => {
    for (const annotation of await received(annotations, async () => undefined)) given.push(annotation);
  },
  write: async (request) => {
    try {
      const value = written(completed(request));
      return transfer({ ok: true as const, value }, [value.bytes.buffer]);
    } catch (thrown) {
      return failedAnswer(thrown, request.format);
    }
  },
};

expose(api);
