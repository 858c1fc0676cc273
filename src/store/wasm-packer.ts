import { type BlockPacker, constantFrame, packBlock, RLE_BYTES } from "./block-packer.ts";
import loadEncode from "./kernels/encode.as.ts?wasm";

/** What kernels/encode.as.ts exports. Pointers are byte addresses of its memory. */
interface EncodeKernel {
  readonly INPUT: WebAssembly.Global;
  readonly INPUT_BYTES: WebAssembly.Global;
  readonly PLANES: WebAssembly.Global;
  readonly FRAME: WebAssembly.Global;
  split(at: number, elements: number, typesize: number): number;
  pack(plane: number, bytes: number): number;
}

/** 64 KiB each: the kernel ends with a frame of at most 128 KiB. */
const PAGES = 36;

/** The packer in WebAssembly, in a memory of its own: the bytes of `packBlock`. Rejects where SIMD is missing. */
export async function wasmPacker(): Promise<BlockPacker> {
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const { instance } = await WebAssembly.instantiate(await loadEncode(), { env: { memory } });
  const kernel = instance.exports as unknown as EncodeKernel;
  const [input, most, planes, frame] = [
    kernel.INPUT.value as number,
    kernel.INPUT_BYTES.value as number,
    kernel.PLANES.value as number,
    kernel.FRAME.value as number,
  ];
  const held = new Uint8Array(memory.buffer);
  return (raw, from, form, streams) => {
    const { typesize, blockBytes } = form;
    if (streams === 1 || blockBytes > most) return packBlock(raw, from, form, streams);
    held.set(raw.subarray(from, from + blockBytes), input);
    const streamBytes = blockBytes / streams;
    const varying = kernel.split(input, streamBytes, typesize);
    const short = streamBytes <= RLE_BYTES;
    return Array.from({ length: streams }, (_, k) => {
      const at = planes + k * streamBytes;
      if (short && (varying & (1 << k)) === 0) {
        return { bytes: constantFrame(held[at]!, streamBytes), forZstd: false };
      }
      const packed = typesize === 2 && short ? kernel.pack(at, streamBytes) : -1;
      if (packed > 0) return { bytes: held.slice(frame, frame + packed), forZstd: false };
      return { bytes: held.slice(at, at + streamBytes), forZstd: packed < 0 };
    });
  };
}
