import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { atPath } from "../file-source.ts";
import { numberOption, UsageError, type Verb } from "../verb.ts";
import { countRegions } from "./count-regions.ts";
import { parseRegions } from "./geojson-regions.ts";
import { openSource } from "./open-source.ts";
import { MIN_QV, passingQuality } from "./quality-filter.ts";

export const count: Verb = {
  usage: "PATH --region FILE.geojson",
  about:
    "Counts the molecules of every gene in each region of a GeoJSON file, exactly: a store in about a second, any other table in one pass. A point on an edge counts when it is on the side of least x, or of least y. Prints a table of tab-separated columns, a gene a line.",
  options: {
    region: { type: "string", value: "FILE", help: "polygons, with holes, in µm (or as --scale says)" },
    scale: { type: "string", value: "X", help: "µm of one unit of the region's coordinates (default 1)" },
    "min-qv": MIN_QV,
    "um-per-unit": { type: "string", value: "X", help: "µm of one unit of x and y, where files do not say" },
  },
  paths: [1, 1],
  example: "centiscope count sample.centiscope.zarr --region tumour.geojson",
  run: async (args, context) => {
    const { region } = args.options;
    if (typeof region !== "string") throw new UsageError("--region FILE.geojson is needed.");
    const scale = numberOption(args, "scale", 1e-6, 1e6) ?? 1;
    const regions = parseRegions(
      atPath(region, () => readFileSync(region, "utf8")),
      scale,
      basename(region),
    );
    const opened = await openSource(args.paths[0]!, context, {
      given: numberOption(args, "um-per-unit", 1e-6, 1e6),
    });
    try {
      const { genes, counts } = await countRegions(passingQuality(opened, args), regions, context.signal);
      opened.tellWarnings();
      const totals = counts.map((values) => values.reduce((sum, value) => sum + value, 0));
      if (args.json) {
        const list = regions.map(({ name }, k) => ({ name, total: totals[k], counts: [...counts[k]!] }));
        context.out(`${JSON.stringify({ genes, regions: list })}\n`);
        return 0;
      }
      context.out(`gene\tid\t${regions.map(({ name }) => name.replaceAll(/\s/g, " ")).join("\t")}\n`);
      context.out(`(all)\t\t${totals.join("\t")}\n`);
      genes.forEach(({ name, id }, gene) => {
        const values = counts.map((values) => values[gene]!);
        if (values.some((value) => value > 0)) context.out(`${name}\t${id ?? ""}\t${values.join("\t")}\n`);
      });
      return 0;
    } finally {
      await opened.close();
    }
  },
};
