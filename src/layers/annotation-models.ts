import type { Device } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import { FILL_BYTES, LINE_BYTES } from "./annotation-mesh.ts";
import {
  annotationUniforms,
  boxVertex,
  fillFragment,
  fillVertex,
  lineFragment,
  lineVertex,
  markerFragment,
  markerVertex,
} from "./annotation-shader.ts";
import { flatParameters } from "./slide-layer.ts";

/** Triangles of areas. */
export function annotationFillModel(device: Device, id: string): Model {
  return new Model(device, {
    id,
    vs: fillVertex,
    fs: fillFragment,
    modules: [annotationUniforms],
    topology: "triangle-list",
    bufferLayout: [
      {
        name: "record",
        byteStride: FILL_BYTES,
        attributes: [
          { attribute: "at", format: "sint32x2", byteOffset: 0 },
          { attribute: "color", format: "unorm8x4", byteOffset: 8 },
        ],
      },
    ],
    parameters: flatParameters,
  });
}

/** A strip of four corners for each record of two positions and a colour. */
function stripModel(
  device: Device,
  id: string,
  vs: string,
  fs: string,
  [first, second]: readonly [string, string],
): Model {
  return new Model(device, {
    id,
    vs,
    fs,
    modules: [annotationUniforms],
    topology: "triangle-strip",
    isInstanced: true,
    vertexCount: 4,
    bufferLayout: [
      {
        name: "record",
        byteStride: LINE_BYTES,
        stepMode: "instance",
        attributes: [
          { attribute: first, format: "sint32x2", byteOffset: 0 },
          { attribute: second, format: "sint32x2", byteOffset: 8 },
          { attribute: "color", format: "unorm8x4", byteOffset: 16 },
        ],
      },
    ],
    parameters: flatParameters,
  });
}

export const annotationLineModel = (device: Device, id: string): Model =>
  stripModel(device, id, lineVertex, lineFragment, ["from", "to"]);

export const annotationBoxModel = (device: Device, id: string): Model =>
  stripModel(device, id, boxVertex, fillFragment, ["least", "most"]);

export const annotationMarkerModel = (device: Device, id: string): Model =>
  stripModel(device, id, markerVertex, markerFragment, ["at", "from"]);
