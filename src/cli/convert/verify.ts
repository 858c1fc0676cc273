import { CentiscopeError } from "../../core/errors.ts";
import type { FileTree } from "../../io/file-tree.ts";
import { StoreReader } from "../../store/store-reader.ts";
import type { Verb } from "../verb.ts";
import { FolderTree } from "./node-folder.ts";
import { openSource, storeTree } from "./open-source.ts";
import { progressLine } from "./progress.ts";
import { verifyStore } from "./verify-store.ts";

/** The store's own scale, for a table that does not say it; none when the store is too damaged to tell. */
async function unitOf(tree: FileTree, signal: AbortSignal): Promise<number | undefined> {
  try {
    return (await StoreReader.open(tree, {}, signal)).manifest.plan.unitUm;
  } catch (thrown) {
    if (!(thrown instanceof CentiscopeError)) throw thrown;
    return undefined;
  }
}

export const verify: Verb = {
  usage: "STORE",
  about:
    "Checks a store: every file against its checksum, every sum against one made anew from the rows, and with --against the rows against those of the file they came from. Exit code 1 when anything differs.",
  options: { against: { type: "string", value: "IN", help: "the table that the store was made from" } },
  paths: [1, 1],
  example: "centiscope verify sample.centiscope.zarr --against sample.tissue.gef",
  run: async (args, context) => {
    const [path] = args.paths as [string];
    const tree = storeTree(path);
    if (!tree) throw new CentiscopeError("store-not", { file: path, detail: "manifest.json" });
    const { against } = args.options;
    const opened =
      typeof against === "string"
        ? await openSource(against, context, { assumed: await unitOf(tree, context.signal) })
        : undefined;
    const line = progressLine(context);
    try {
      const faults = await verifyStore(tree, {
        signal: context.signal,
        ...(opened ? { against: opened.source } : {}),
        onStep: (step, done, of) => line.step(`checking ${step}`, done, of),
      });
      line.end();
      if (args.json) {
        const list = faults.map(({ facts, message }) => ({ ...facts, message }));
        context.out(`${JSON.stringify({ good: faults.length === 0, faults: list })}\n`);
      } else context.out(faults.length === 0 ? `${tree.name}: good\n` : `${faults.map(String).join("\n")}\n`);
      return faults.length === 0 ? 0 : 1;
    } finally {
      line.end();
      if (tree instanceof FolderTree) tree.close();
      await opened?.close();
    }
  },
};
