import type { Device, Texture } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import { FILL_BYTES, LINE_BYTES } from "./annotation-mesh.ts";
import {
  annotationUniforms,
  boxFragment,
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

/** Two triangles for each segment of the texture that is bound, see `segmentTexture`. */
export function annotationLineModel(device: Device, id: string): Model {
  return new Model(device, {
    id,
    vs: lineVertex,
    fs: lineFragment,
    modules: [annotationUniforms],
    topology: "triangle-list",
    parameters: flatParameters,
  });
}

const TEXTURE_WIDTH = 2048;

/** Segments of a mesh for the line's shader: two texels each, both ends and the colour. */
export function segmentTexture(device: Device, lines: ArrayBuffer): Texture {
  const records = new Int32Array(lines);
  const words = LINE_BYTES / 4;
  const count = records.length / words;
  const width = Math.min(TEXTURE_WIDTH, 2 * count);
  const height = Math.ceil((2 * count) / width);
  const texels = new Int32Array(4 * width * height);
  for (let i = 0; i < count; i++) {
    for (let word = 0; word < words; word++) texels[8 * i + word] = records[words * i + word]!;
  }
  return device.createTexture({
    format: "rgba32sint",
    width,
    height,
    data: texels,
    sampler: { minFilter: "nearest", magFilter: "nearest" },
  });
}

/** A point for each box. */
export function annotationBoxModel(device: Device, id: string): Model {
  return new Model(device, {
    id,
    vs: boxVertex,
    fs: boxFragment,
    modules: [annotationUniforms],
    topology: "point-list",
    bufferLayout: [
      {
        name: "record",
        byteStride: LINE_BYTES,
        attributes: [
          { attribute: "least", format: "sint32x2", byteOffset: 0 },
          { attribute: "most", format: "sint32x2", byteOffset: 8 },
          { attribute: "color", format: "unorm8x4", byteOffset: 16 },
        ],
      },
    ],
    parameters: flatParameters,
  });
}

/** A square for each marker. */
export function annotationMarkerModel(device: Device, id: string): Model {
  return new Model(device, {
    id,
    vs: markerVertex,
    fs: markerFragment,
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
          { attribute: "at", format: "sint32x2", byteOffset: 0 },
          { attribute: "from", format: "sint32x2", byteOffset: 8 },
          { attribute: "color", format: "unorm8x4", byteOffset: 16 },
        ],
      },
    ],
    parameters: flatParameters,
  });
}
