import { openGef } from "../../formats/gef-file.ts";
import { Hdf5File } from "../../formats/hdf5.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import type { Findings } from "./inspection.ts";

/** What an HDF5 file is that the viewer does not open: a cell-bin GEF, AnnData, a 10x matrix. */
export async function inspectHdf5(source: ByteSource, signal: AbortSignal): Promise<Findings> {
  const file = await Hdf5File.open(source, signal);
  const root = await file.get("");
  if (root.members.has("cellBin")) {
    const gef = await openGef(source, signal);
    const { version, geftoolVersion } = gef;
    return {
      what: `Stereo-seq cell-bin GEF version ${version}: counts per cell, without positions of molecules`,
      facts: {
        ...(gef.kind === "cell"
          ? { cells: gef.cells, genes: gef.genes, "nm per spot": gef.resolutionNm }
          : {}),
        "geftools version": geftoolVersion,
      },
    };
  }
  const matrix = await file.find("matrix");
  if (matrix?.members.has("barcodes")) {
    const length = async (path: string) => (await file.find(path))?.dataset?.length ?? 0;
    return {
      what: "10x feature-barcode matrix (HDF5): counts per bin or cell, whose positions lie in another file",
      facts: {
        barcodes: await length("matrix/barcodes"),
        features: (await length("matrix/features/id")) || (await length("matrix/genes")),
        "non-zero entries": await length("matrix/data"),
      },
    };
  }
  const members = [...root.members.keys()];
  if (
    root.attributes.get("encoding-type") === "anndata" ||
    (members.includes("obs") && members.includes("var"))
  ) {
    const count = async (path: string) => {
      const group = await file.find(path);
      if (group?.dataset) return group.dataset.length;
      const index = group?.attributes.get("_index");
      return typeof index === "string"
        ? ((await file.find(`${path}/${index}`))?.dataset?.length ?? null)
        : null;
    };
    const spatial = (await file.find("obsm/spatial"))?.dataset?.shape;
    return {
      what: "AnnData (h5ad): a cell table, without positions of molecules",
      facts: {
        observations: await count("obs"),
        variables: await count("var"),
        "positions (obsm/spatial)": spatial ? spatial.join(" × ") : "none",
      },
    };
  }
  return { what: "HDF5 file of a kind that is not known", facts: { groups: members.join(", ") } };
}
