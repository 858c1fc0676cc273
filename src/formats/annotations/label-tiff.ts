import { zlibSync } from "fflate";
import { csvText } from "../../core/csv-text.ts";
import type { LabelMask } from "./label-mask.ts";

/** Rows to a strip: some 100 kB for usual widths before packing. */
const STRIP_ROWS = 64;

/** Fields of a TIFF directory: tag, type (3 short, 4 long, 2 text), values. */
type Field = readonly [tag: number, type: 2 | 3 | 4, values: readonly number[] | Uint8Array];

/**
 * The mask as OME-TIFF: one plane of labels in deflated strips, little-endian, with the size of its pixels where that
 * is known. Read by tifffile, Bio-Formats, QuPath.
 * @param umPerPx µm to the side of one pixel of the mask, or null
 */
export function labelTiff(
  name: string,
  { width, height, labels }: LabelMask,
  umPerPx: number | null,
): Uint8Array {
  const bits = labels.BYTES_PER_ELEMENT * 8;
  const strips: Uint8Array[] = [];
  for (let row = 0; row < height; row += STRIP_ROWS) {
    const part = labels.subarray(row * width, Math.min(height, row + STRIP_ROWS) * width);
    strips.push(zlibSync(littleEndian(part), { level: 6 }));
  }
  const description = new TextEncoder().encode(`${omeXml(name, width, height, bits, umPerPx)}\0`);
  const dataStart = 8;
  let at = dataStart;
  const offsets = strips.map((strip) => {
    const offset = at;
    at += strip.length + (strip.length % 2);
    return offset;
  });
  const fields: Field[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, [bits]],
    [259, 3, [8]],
    [262, 3, [1]],
    [270, 2, description],
    [273, 4, offsets],
    [277, 3, [1]],
    [278, 4, [STRIP_ROWS]],
    [279, 4, strips.map((strip) => strip.length)],
    [339, 3, [1]],
  ];
  const directory = directoryBytes(fields, at);
  const bytes = new Uint8Array(at + directory.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x002a4949, true);
  view.setUint32(4, at, true);
  strips.forEach((strip, i) => {
    bytes.set(strip, offsets[i]!);
  });
  bytes.set(directory, at);
  return bytes;
}

/** The directory and, behind it, the values that do not fit into it; `start` is where it will lie. */
function directoryBytes(fields: readonly Field[], start: number): Uint8Array {
  const size = { 2: 1, 3: 2, 4: 4 };
  const head = 2 + fields.length * 12 + 4;
  const tail = fields.reduce((sum, [, type, values]) => {
    const bytes = values.length * size[type];
    return sum + (bytes > 4 ? bytes + (bytes % 2) : 0);
  }, 0);
  const out = new Uint8Array(head + tail);
  const view = new DataView(out.buffer);
  view.setUint16(0, fields.length, true);
  let behind = head;
  fields.forEach(([tag, type, values], i) => {
    const at = 2 + i * 12;
    const bytes = values.length * size[type];
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    let to = at + 8;
    if (bytes > 4) {
      view.setUint32(to, start + behind, true);
      to = behind;
      behind += bytes + (bytes % 2);
    }
    values.forEach((value, k) => {
      if (type === 2) view.setUint8(to + k, value);
      else if (type === 3) view.setUint16(to + 2 * k, value, true);
      else view.setUint32(to + 4 * k, value, true);
    });
  });
  return out;
}

function littleEndian(labels: Uint16Array | Uint32Array): Uint8Array {
  const bytes = new Uint8Array(labels.length * labels.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < labels.length; i++) {
    if (labels.BYTES_PER_ELEMENT === 2) view.setUint16(2 * i, labels[i]!, true);
    else view.setUint32(4 * i, labels[i]!, true);
  }
  return bytes;
}

function omeXml(name: string, width: number, height: number, bits: number, umPerPx: number | null): string {
  const size = umPerPx === null ? "" : ` PhysicalSizeX="${umPerPx}" PhysicalSizeY="${umPerPx}"`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" ` +
    `Creator="Centiscope"><Image ID="Image:0" Name="${escapeXml(name)}"><Pixels ID="Pixels:0" ` +
    `DimensionOrder="XYCZT" Type="uint${bits}" BigEndian="false" Interleaved="false" SizeX="${width}" ` +
    `SizeY="${height}" SizeC="1" SizeZ="1" SizeT="1"${size}><Channel ID="Channel:0:0" Name="labels" ` +
    `SamplesPerPixel="1"/><TiffData IFD="0" PlaneCount="1"/></Pixels></Image></OME>`
  );
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * By XML's own names, the rest as UTF-8: Bio-Formats makes a blank of the "&" of every number. Characters that XML has
 * not are left out.
 */
function escapeXml(text: string): string {
  return [...text]
    .filter((character) => character >= " ")
    .map((character) => ENTITIES[character] ?? character)
    .join("");
}

/** Which annotation each label of a mask is. */
export function labelTable({ annotations }: LabelMask): string {
  return csvText([
    ["label", "id", "name", "classification"],
    ...annotations.map(({ id, name, classification }, index) => [
      index + 1,
      id,
      name ?? "",
      classification?.names.join(": ") ?? "",
    ]),
  ]);
}
