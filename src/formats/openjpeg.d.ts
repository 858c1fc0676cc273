/** `@cornerstonejs/codec-openjpeg` has no types; what of it is used here. */
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  interface J2KDecoder {
    /** Room for the codestream, in the module's memory. */
    getEncodedBuffer(length: number): Uint8Array;
    decode(): void;
    getFrameInfo(): {
      readonly width: number;
      readonly height: number;
      readonly bitsPerSample: number;
      readonly componentCount: number;
      readonly isSigned: boolean;
    };
    /** Pixel by pixel, in the module's memory; of more than 8 bits in two bytes, little-endian. */
    getDecodedBuffer(): Uint8ClampedArray;
    delete(): void;
  }
  export default function create(options: object): Promise<{ readonly J2KDecoder: new () => J2KDecoder }>;
}

declare module "@cornerstonejs/codec-openjpeg/decodewasm?url" {
  const url: string;
  export default url;
}
