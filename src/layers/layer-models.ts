import type { Device } from "@luma.gl/core";
import type { Model } from "@luma.gl/engine";
import {
  annotationBoxModel,
  annotationFillModel,
  annotationLineModel,
  annotationMarkerModel,
} from "./annotation-models.ts";
import { binModel } from "./bin-layer.ts";
import { hexModel } from "./hex-layer.ts";
import { dotModel, shapeModel } from "./transcript-layer.ts";

type MakeModel = (device: Device) => Model;

/**
 * Makes each program that our layers draw with, by whose layers they are. luma.gl keeps one program for equal shaders
 * while a model that uses it lives, so whoever holds these spares the layers the linking, which blocks until the
 * graphics card is done.
 */
export const layerModels: Readonly<Record<"expression" | "annotations", readonly MakeModel[]>> = {
  expression: [
    (device) => binModel(device, "linked-bins"),
    (device) => hexModel(device, "linked-hex"),
    (device) => dotModel(device, "linked-dots"),
    (device) => shapeModel(device, "linked-shapes"),
  ],
  annotations: [
    (device) => annotationFillModel(device, "linked-fills"),
    (device) => annotationLineModel(device, "linked-lines"),
    (device) => annotationBoxModel(device, "linked-boxes"),
    (device) => annotationMarkerModel(device, "linked-markers"),
  ],
};
