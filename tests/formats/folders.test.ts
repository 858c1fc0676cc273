import { describe, expect, test } from "vitest";
import { identify, readExpression } from "../../src/formats/registry.ts";
import type { SourceFile } from "../../src/io/byte-source.ts";
import { MemorySource } from "../../src/io/memory.ts";

/** Files as a dropped folder gives them, text or bytes by path. */
function files(contents: Readonly<Record<string, string | Uint8Array>>): SourceFile[] {
  return Object.entries(contents).map(([path, content]) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return { path, source: new MemorySource(path.split("/").at(-1)!, bytes) };
  });
}

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);

describe("folders as instruments leave them", () => {
  test("a CosMx run's transcripts are found behind hundreds of pictures and tables of its fields", async () => {
    const fields = Array.from({ length: 400 }, (_, i) => `${i + 1}`.padStart(3, "0"));
    const plan = await identify(
      files({
        ...Object.fromEntries(fields.map((field) => [`Run/CellComposite/CellComposite_F${field}.jpg`, JPEG])),
        ...Object.fromEntries(
          fields.map((field) => [`Run/CellStatsDir/FOV${field}/Cell_Stats_F${field}.csv`, "a,b\n1,2\n"]),
        ),
        "Run/Run_tx_file.csv": "fov,cell_ID,x_global_px,y_global_px,target\n1,2,10,-20,ACTB\n",
      }),
    );
    expect(plan.expression).toMatchObject({ format: "cosmx" });
    expect((await readExpression(plan)).rows).toBe(1);
    expect(plan.images.length).toBeGreaterThan(100);
    expect(plan.warnings).toContainEqual({
      code: "warn-files-many",
      params: { file: "Run", files: 801, looked: 300 },
    });
  });
});
