import { CentiscopeError } from "../../core/errors.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import { isParquet } from "../parquet-magic.ts";
import type { AnnotationImport } from "./annotation-import.ts";
import { importAsap } from "./asap-xml.ts";
import { columnAt } from "./csv-rows.ts";
import { type PlainFile, plainFiles } from "./file-text.ts";
import { importGeojson, isGeojson } from "./geojson-import.ts";
import { joinedLines, parseJsonText, RECORD } from "./json-text.ts";
import { importNapari, isNapari } from "./napari-csv.ts";
import { importShapes } from "./shapes-parquet.ts";
import { importVertexXml } from "./vertex-xml.ts";
import { importCamelyon, importSectra, isCamelyon, isSectra } from "./viewer-json.ts";
import { importWktCsv, separatorOf, wktColumn } from "./wkt-csv.ts";
import { importXeniumSelections, isXeniumSelection } from "./xenium-selections.ts";
import { xmlRoot } from "./xml-events.ts";

/**
 * Every annotation in a file, whatever program wrote it; the format is told by content, never by name. Gzip and zip
 * are unpacked; of a zip each file gives one answer. Pure but for reading the source: run it in a worker for large
 * files.
 * @throws CentiscopeErrors `annotations-…`, and those of damaged archives and Parquet files
 */
export async function importAnnotations(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<AnnotationImport[]> {
  if (isParquet(await source.read(0, 4, signal))) return [await importShapes(source, signal)];
  const files = await plainFiles(source, signal);
  if (files.length === 0) {
    throw new CentiscopeError("annotations-unknown", { file: source.name, detail: "an empty archive" });
  }
  const imports: AnnotationImport[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    imports.push(await importPlain(file));
  }
  return imports;
}

async function importPlain({ name, bytes }: PlainFile): Promise<AnnotationImport> {
  if (isParquet(bytes)) return importShapes(memorySource(name, bytes));
  const text = decode(name, bytes);
  const start = (text.startsWith(RECORD) ? text.slice(1) : text).trimStart().slice(0, 1);
  if (start === "<") return importXml(name, text);
  if (start === "{" || start === "[") return importJson(name, text);
  return importCsv(name, text);
}

/** UTF-8, or UTF-16 by its byte order mark, as ImageScope writes it. */
function decode(name: string, bytes: Uint8Array): string {
  const [a, b] = bytes;
  const isWide = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  if (!isWide && bytes.subarray(0, 1024).includes(0)) {
    throw new CentiscopeError("annotations-unknown", { file: name, detail: "not text" });
  }
  return new TextDecoder(isWide ? (a === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(bytes);
}

function importXml(name: string, text: string): AnnotationImport {
  const root = xmlRoot(text);
  if (root === "ASAP_Annotations") return importAsap(name, text);
  if (root === "Annotations") {
    // Both are layers of regions; HALO writes `V`, and types as words.
    return importVertexXml(name, text, /<V\s/.test(text) || /\sType="[A-Z]/.test(text) ? "halo" : "aperio");
  }
  throw new CentiscopeError("annotations-unknown", { file: name, detail: `XML, <${root}>` });
}

function importJson(name: string, text: string): AnnotationImport {
  const { value, words } = parseJsonText(name, joinedLines(text));
  if (isGeojson(value)) return importGeojson(name, value, words);
  if (isCamelyon(value)) return importCamelyon(name, value);
  if (isSectra(value)) return importSectra(name, value);
  throw new CentiscopeError("annotations-unknown", { file: name, detail: "JSON of another kind" });
}

function importCsv(name: string, text: string): AnnotationImport {
  const head = text.slice(0, 1 << 16);
  // An outline of thousands of corners is a line that is not whole yet; its beginning tells all the same.
  const whole = head.lastIndexOf("\n") + 1;
  const lines = text.length > head.length ? head.slice(0, whole) : head;
  const header = headerOf(lines);
  if (isXeniumSelection(header)) return importXeniumSelections(name, text);
  if (isNapari(header)) return importNapari(name, text);
  const separator = separatorOf(text);
  const begun = head.slice(whole).split("\n", 1);
  const rows = [...firstLines(lines), ...begun].map((line) =>
    line.split(separator).map((cell) => cell.replace(/^"/, "")),
  );
  // A name may run over several lines, so that none of the first looks whole: then the header tells.
  if (wktColumn(rows) >= 0 || columnAt(rows[0] ?? [], "wkt") >= 0) return importWktCsv(name, text);
  throw new CentiscopeError("annotations-unknown", {
    file: name,
    detail: header.length > 1 ? `CSV, columns ${header.slice(0, 8).join(", ").slice(0, 120)}` : "text",
  });
}

/** Cells of the first line that is no remark, without quotation marks. Names of columns hold no commas. */
function headerOf(text: string): string[] {
  const line = firstLines(text).find((one) => !/^"?#/.test(one)) ?? "";
  return line.split(",").map((cell) => cell.replaceAll('"', "").trim());
}

/** The first lines that hold something and whose quotation marks are closed. */
function firstLines(text: string): string[] {
  return text.split(/\r?\n/, 20).filter((line) => line.trim() !== "" && line.split('"').length % 2 === 1);
}

function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: async () => bytes.length,
    read: async (start, end) => bytes.subarray(start, Math.min(end, bytes.length)),
    stream: () => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(),
  };
}
