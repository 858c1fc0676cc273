import type { Verb } from "./verb.ts";

/** A verb, loaded when it is called: `inspect` must not wait for what `convert` needs. */
export interface VerbEntry {
  readonly summary: string;
  readonly load: () => Promise<Verb>;
}

/** All verbs, in the order of the help. */
export const VERBS: Readonly<Record<string, VerbEntry>> = {
  inspect: {
    summary: "Say what a file, folder, store or address is, and whether it can be served",
    load: async () => (await import("./inspect/inspect.ts")).inspect,
  },
  convert: {
    summary: "Make a store of an expression table of any size",
    load: async () => (await import("./convert/convert.ts")).convert,
  },
  verify: {
    summary: "Check a store against its checksums, its rows and their source",
    load: async () => (await import("./convert/verify.ts")).verify,
  },
  count: {
    summary: "Count every gene in regions, exactly",
    load: async () => (await import("./convert/count.ts")).count,
  },
  bins: {
    summary: "Write counts in square bins as numbers or an image",
    load: async () => (await import("./convert/bins.ts")).bins,
  },
  generate: {
    summary: "Make a simulated chip of any size up to 3 cm, with its H&E image",
    load: async () => (await import("./generate/generate.ts")).generate,
  },
  view: {
    summary: "Open files of this machine in the viewer, served on this machine alone",
    load: async () => (await import("./view/view.ts")).view,
  },
};
