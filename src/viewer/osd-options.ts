import type OpenSeadragon from "openseadragon";

const gestures = {
  clickToZoom: false,
  dblClickToZoom: true,
  pinchToZoom: true,
  pinchRotate: false,
  scrollToZoom: true,
  dragToPan: true,
  flickMinSpeed: 120,
  flickMomentum: 0.25,
} satisfies OpenSeadragon.GestureSettings;

/**
 * OpenSeadragon as a camera and a tile loader, nothing else: no buttons (they fetch pictures), no keys (W A S D R
 * F collide with tools), no navigator (ours knows rotation and flip).
 */
export function viewerOptions(element: HTMLElement): OpenSeadragon.Options {
  return {
    element,
    // The canvas drawer misplaces tiles by up to 1.8 px; it is the fallback where WebGL is absent.
    drawer: ["webgl", "canvas"],
    crossOriginPolicy: "Anonymous",
    showNavigationControl: false,
    showNavigator: false,
    keyboardNavEnabled: false,
    tabIndex: -1,
    animationTime: 0.35,
    springStiffness: 7,
    zoomPerScroll: 1.25,
    zoomPerClick: 2,
    minScrollDeltaTime: 16,
    // A press that stays where it is is a click, however slow the hand or the page.
    clickTimeThreshold: 2000,
    gestureSettingsMouse: { ...gestures, flickEnabled: false },
    gestureSettingsTouch: { ...gestures, flickEnabled: true },
    gestureSettingsPen: { ...gestures, flickEnabled: false },
    gestureSettingsUnknown: gestures,
    preserveImageSizeOnResize: true,
    // No constraint of OpenSeadragon's: expression may reach beyond the image. `OsdView` keeps the slide in reach.
    visibilityRatio: -1e6,
    constrainDuringPan: false,
    minZoomImageRatio: 0,
    maxZoomPixelRatio: Number.POSITIVE_INFINITY,
    imageLoaderLimit: 12,
    maxTilesPerFrame: 4,
    maxImageCacheCount: 400,
    tileRetryMax: 2,
    tileRetryDelay: 600,
    timeout: 60_000,
  };
}

/** Options of the minimap's picture: the same slide, whole, still, in few pixels. */
export function minimapOptions(element: HTMLElement): OpenSeadragon.Options {
  return {
    element,
    drawer: "canvas",
    crossOriginPolicy: "Anonymous",
    showNavigationControl: false,
    showNavigator: false,
    keyboardNavEnabled: false,
    mouseNavEnabled: false,
    tabIndex: -1,
    immediateRender: true,
    minZoomImageRatio: 0,
    visibilityRatio: 0,
    maxImageCacheCount: 40,
    imageLoaderLimit: 2,
    tileRetryMax: 1,
    tileRetryDelay: 1000,
  };
}

/** A picture of nothing, so that the camera works on slides without an image. Its tiles are never asked for. */
export function blankSource(width: number, height: number): OpenSeadragon.TileSourceOptions {
  const source = {
    width,
    height,
    tileSize: 1024,
    tileOverlap: 0,
    ready: true,
    getTileUrl: () => "",
    downloadTileStart: (job: { fail(message: string, request: null): void }) => job.fail("blank", null),
  };
  return source;
}
