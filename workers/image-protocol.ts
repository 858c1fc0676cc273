import type { ErrorFacts } from "../src/core/errors.ts";
import type { ChannelView, ImageInfo } from "../src/io/image-source.ts";

/** Where the bytes of a file lie; crosses to workers as it is. `url` is absolute. */
export type ImageFile =
  | { readonly kind: "blob"; readonly blob: Blob; readonly name: string }
  | { readonly kind: "url"; readonly url: string; readonly name: string };

/** An image, and the further files of the same picture, whose channels follow its own. */
export interface ImageDescriptor {
  readonly name: string;
  readonly files: readonly [ImageFile, ...ImageFile[]];
  /** The files are those of an OME-Zarr group by their paths in it, its metadata first; of an address that alone. */
  readonly zarr?: boolean;
}

/** Failures cross as facts, since a structured clone drops what an Error carries. */
export type ImageAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly facts: ErrorFacts };

/** What an image worker does; one worker serves one image. */
export interface ImageWorkerApi {
  open(descriptor: ImageDescriptor): Promise<ImageAnswer<ImageInfo>>;
  /** The bitmap is transferred. `request` names the call for `abort`. */
  tile(
    request: number,
    level: number,
    col: number,
    row: number,
    views: readonly ChannelView[],
  ): Promise<ImageAnswer<ImageBitmap>>;
  abort(request: number): void;
}
