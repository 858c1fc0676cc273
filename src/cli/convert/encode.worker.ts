import { parentPort } from "node:worker_threads";
import type { ChunkForm } from "../../store/chunk-codec.ts";
import { encodeChunk } from "../../store/chunk-encode.ts";

/** What an encoder is asked, and answers; buffers are transferred both ways. */
export interface EncodeRequest {
  readonly id: number;
  readonly raws: readonly Uint8Array[];
  readonly form: ChunkForm;
}

export type EncodeReply =
  | { readonly id: number; readonly encoded: readonly Uint8Array[] }
  | { readonly id: number; readonly failure: string };

parentPort?.on("message", async ({ id, raws, form }: EncodeRequest) => {
  try {
    const encoded: Uint8Array[] = [];
    for (const raw of raws) encoded.push(await encodeChunk(raw, form));
    parentPort?.postMessage(
      { id, encoded } satisfies EncodeReply,
      encoded.map(({ buffer }) => buffer as ArrayBuffer),
    );
  } catch (thrown) {
    const failure = thrown instanceof Error ? thrown.message : String(thrown);
    parentPort?.postMessage({ id, failure } satisfies EncodeReply);
  }
});
