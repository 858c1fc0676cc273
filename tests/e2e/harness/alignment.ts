import { type Affine, affine, invertAffine } from "../../../src/core/affine.ts";
import type { Camera } from "../../../src/core/camera.ts";
import { AnnotationLayer } from "../../../src/layers/annotation-layer.ts";
import { annotationMesh } from "../../../src/layers/annotation-mesh.ts";
import { genePalette } from "../../../src/layers/gene-palette.ts";
import { TranscriptLayer } from "../../../src/layers/transcript-layer.ts";
import { createPicture } from "../../../src/viewer/picture.ts";
import { boundsOf, type MarkerSlide, markerPoints, markersOf, markerTiles } from "./marker-slide.ts";
import { blobs, nearestDistances } from "./read-back.ts";

/**
 * Sides divide by every level's factor (OpenSeadragon stretches tiles of a fraction of a pixel) and no marker
 * touches a tile's edge at any level (linear filtering stops there): a coarse tile has the same centroids as a
 * fine one, and what is measured is alignment, not resolution.
 */
const slides: Readonly<Record<string, MarkerSlide>> = {
  /** A 40× scan, 5 × 3.75 mm. */
  scan: {
    name: "scan",
    widthPx: 20_480,
    heightPx: 15_360,
    pitchPx: 512,
    radiusPx: 60,
    umToImagePx: affine(4, 0, 0, 4, 0, 0),
  },
  /** A mosaic whose transform turns by 30°, mirrors, and has pixels that are not square. */
  skewed: {
    name: "skewed",
    widthPx: 9216,
    heightPx: 9216,
    pitchPx: 512,
    radiusPx: 60,
    umToImagePx: affine(2.6, 1.5, 1.5, -2.6, -800, 7000),
  },
  /** 5 × 4 cm, far from the origin of its micrometres. */
  chip: {
    name: "chip",
    widthPx: 204_800,
    heightPx: 163_840,
    pitchPx: 4096,
    radiusPx: 60,
    umToImagePx: affine(4, 0, 0, 4, -4_000_000, -2_000_000),
  },
};

/** One frame of both canvases, read in the task that drew it. */
export interface FrameReading {
  readonly camera: Camera;
  readonly markers: number;
  readonly points: number;
  /** Largest distance from a marker to its point, CSS px. */
  readonly worstPx: number;
}

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found;
};
const stage = element("stage");
const picture = createPicture(stage, element("minimap"));
const errors: string[] = [];
picture.onError((facts) => errors.push(JSON.stringify(facts)));

const canvases = (): [HTMLCanvasElement, HTMLCanvasElement] => {
  const [osd, deck] = [
    stage.querySelector<HTMLCanvasElement>(".openseadragon-canvas canvas"),
    stage.querySelector<HTMLCanvasElement>("canvas[aria-hidden]"),
  ];
  if (!osd || !deck) throw new Error("a canvas is missing");
  return [osd, deck];
};

function read(): FrameReading | undefined {
  const camera = picture.camera();
  if (!camera) return undefined;
  const [osd, deck] = canvases();
  const { width, height } = picture.sizePx();
  const inside = blobs(osd, 0, 3).filter(([x, y]) => x > 30 && y > 30 && x < width - 30 && y < height - 30);
  const points = blobs(deck, 1, 1);
  const distances = nearestDistances(inside, points);
  return { camera, markers: inside.length, points: points.length, worstPx: Math.max(-1, ...distances) };
}

function isEnough(frames: readonly FrameReading[], enough: number): boolean {
  const count = (of: (camera: Camera) => unknown) => new Set(frames.map(({ camera }) => of(camera))).size;
  return (
    frames.length >= enough &&
    count((camera) => camera.rotationDeg) > 3 &&
    count((camera) => camera.umPerPx) > 3 &&
    count((camera) => camera.flipped) === 2
  );
}

const harness = {
  errors,
  picture,
  webgl(): string {
    const gl = canvases()[1].getContext("webgl2");
    if (!gl || gl.isContextLost()) return "";
    return `${gl.getParameter(gl.VERSION)}`;
  },
  async show(name: string): Promise<void> {
    const slide = slides[name];
    if (!slide) throw new Error(name);
    await picture.show({
      image: { tileSource: markerTiles(slide), info: { name } },
      umToImagePx: slide.umToImagePx,
      boundsUm: boundsOf(slide),
      overview: null,
    });
    const pxPerUm = Math.sqrt(
      Math.abs(slide.umToImagePx.a * slide.umToImagePx.d - slide.umToImagePx.b * slide.umToImagePx.c),
    );
    picture.setLayers([], "annotations");
    picture.setLayers([
      new TranscriptLayer({
        id: `points-${name}`,
        tiles: markerPoints(slide, 0.05),
        palette: genePalette(1, { color: "#00ff00", shape: "circle" }, []),
        sizeUm: (2 * slide.radiusPx) / pxPerUm,
        minPx: 2,
        maxPx: 200,
      }),
    ]);
    await picture.settled();
  },
  /** Regions in the place of the transcripts: an octagon about each marker, filled, in pixels of the image. */
  async showRegions(name: string): Promise<void> {
    await harness.show(name);
    const slide = slides[name]!;
    const frameToUm = invertAffine(slide.umToImagePx as unknown as Affine<"um", "frame">)!;
    const octagon = ([x, y]: readonly [number, number]) =>
      Array.from({ length: 8 }, (_, i): [number, number] => [
        x + slide.radiusPx * Math.cos((i * Math.PI) / 4),
        y + slide.radiusPx * Math.sin((i * Math.PI) / 4),
      ]);
    const mesh = annotationMesh(
      markersOf(slide).map((marker) => ({
        geometry: { type: "area", shape: "polygon", region: [[octagon(marker)]] },
        color: [0, 255, 0],
      })),
    );
    const look = { fillOpacity: 1, linePx: 2, boxUnderPx: 4 };
    picture.setLayers([]);
    picture.setLayers(
      [new AnnotationLayer({ id: `regions-${name}`, meshes: [mesh], frameToUm, ...look })],
      "annotations",
    );
    await picture.settled();
  },
  /**
   * Sends the camera from one shot to the next, without waiting for tiles, and reads frames of the moving picture
   * until there are enough that show a marker, turned, zoomed and mirrored: a fast machine has enough of the first
   * shot alone, a slow one needs several rounds.
   */
  async film(shots: readonly Partial<Camera>[], enough: number): Promise<FrameReading[]> {
    const frames: FrameReading[] = [];
    let next = 0;
    const go = () => picture.setCamera(shots[next++ % shots.length] ?? {}, { animate: true });
    let before = "";
    await new Promise<void>((done) => {
      const stops = [
        picture.onCamera((camera) => {
          // Frames that only show new tiles are left out: deck.gl has nothing to draw in them, and its canvas can
          // be read only in the task that drew it.
          const now = JSON.stringify(camera);
          const frame = now === before ? undefined : read();
          before = now;
          if (frame && frame.markers > 0) frames.push(frame);
          if (isEnough(frames, enough)) done();
        }),
        picture.onSettled(() => {
          if (isEnough(frames, enough)) for (const stop of stops) stop();
          else go();
        }),
      ];
      go();
    });
    await picture.settled();
    return frames;
  },
  async jump(to: Partial<Camera>): Promise<void> {
    picture.setCamera(to, { animate: false });
    await picture.settled();
  },
};

export type AlignmentHarness = typeof harness;
declare global {
  interface Window {
    harness: AlignmentHarness;
  }
}
window.harness = harness;
