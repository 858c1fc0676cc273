import { decodeHere } from "../src/store/chunk-decoder.ts";
import type { DecodeMethods } from "./protocol.ts";
import { type Wire, wireOf } from "./serve.ts";

/** Unpacks chunks and keeps nothing; see `DecodeMethods`. */
export function decodeWire(): Wire {
  return wireOf<DecodeMethods>({
    decode: async (chunks, { signal, hand }) => {
      const made = await decodeHere(chunks, signal);
      hand(made.flatMap((raw) => (typeof raw === "string" ? [] : [raw.buffer])));
      return made;
    },
  });
}
