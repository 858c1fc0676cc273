/** One resolution of a pyramid. `level` 0 is full resolution. */
export interface ImageLevel {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
  /** Level-0 pixels per pixel of this level (real, not a power of two in general). */
  readonly downsample: number;
}

export interface ImageChannel {
  readonly name: string;
  /** `#rrggbb`: colour that full intensity is drawn in. */
  readonly color: string;
  /** Values the data type or the metadata allows. */
  readonly dataRange: readonly [low: number, high: number];
  /** Suggested contrast limits from the smallest level (0.1–99.9 percentile). */
  readonly limits: readonly [low: number, high: number];
}

export interface ImageInfo {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly levels: readonly ImageLevel[];
  /** Micrometres per level-0 pixel; null when the file does not say. */
  readonly umPerPx: readonly [x: number, y: number] | null;
  /** Objective magnification as recorded (20, 40); null when unknown. */
  readonly magnification: number | null;
  /** `rgb` is shown as it is (contrast limits optional); `channels` are coloured and added. */
  readonly kind: "rgb" | "channels";
  readonly channels: readonly ImageChannel[];
  /** "Aperio SVS", "OME-TIFF", "QPTIFF", "Philips TIFF", "TIFF", "OME-Zarr", "Deep Zoom", "IIIF". */
  readonly format: string;
  readonly warnings: readonly {
    readonly code: string;
    readonly params: Readonly<Record<string, string | number>>;
  }[];
}

/** How each channel is drawn; parallel to `ImageInfo.channels`. */
export interface ChannelView {
  readonly visible: boolean;
  readonly color: string;
  readonly limits: readonly [low: number, high: number];
}

/** A pyramidal image read by our own readers (TIFF family, OME-Zarr, pictures); tiles come drawn, ready for OpenSeadragon. */
export interface ImageSource {
  readonly info: ImageInfo;
  /** The tile in 8-bit RGBA; edge tiles are cropped to the image. Rejects with a CentiscopeError or the signal's reason. */
  tile(
    level: number,
    col: number,
    row: number,
    channels: readonly ChannelView[],
    signal?: AbortSignal,
  ): Promise<ImageBitmap>;
  close(): void;
}
