import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guessColumns, rolesOf, SURE } from "../../src/core/column-guess.ts";

const guess = (header: string, ...rows: string[]) =>
  guessColumns(
    header.split(","),
    rows.map((row) => row.split(",")),
  );

describe("columns told by name and by values", () => {
  test.each([
    [
      "transcript_id,cell_id,overlaps_nucleus,feature_name,x_location,y_location,z_location,qv",
      "1,aaaa-1,1,ACTB,1.5,2.5,3,40",
      { x: "x_location", y: "y_location", gene: "feature_name", count: null, qv: "qv", cell: "cell_id" },
    ],
    [
      ",barcode_id,global_x,global_y,global_z,x,y,fov,gene,transcript_id",
      "7,0,27.8,6.9,0,27.8,6.9,192,Comt,ENSMUST01",
      { x: "global_x", y: "global_y", gene: "gene", count: null, qv: null, cell: null },
    ],
    [
      "fov,cell_ID,x_global_px,y_global_px,x_local_px,y_local_px,z,target,CellComp",
      "2,0,5324.2,-157187.5,4829.8,3045.8,2,P2RY12,0",
      { x: "x_global_px", y: "y_global_px", gene: "target", count: null, qv: null, cell: "cell_ID" },
    ],
    [
      "geneID,x,y,MIDCount,CellID",
      "Gm1,10,20,3,7",
      { x: "x", y: "y", gene: "geneID", count: "MIDCount", qv: null, cell: "CellID" },
    ],
    ["X,Y,Gene,Count", "1,2,A,3", { x: "X", y: "Y", gene: "Gene", count: "Count", qv: null, cell: null }],
  ])("%s", (header, row, roles) => {
    const found = guess(header, row);
    expect(found).toMatchObject(roles);
    expect(found.confidence).toBeGreaterThanOrEqual(SURE);
    expect(rolesOf(found)).toEqual(roles);
  });

  test("without names the one column of words is offered as the gene, and asked about", () => {
    const found = guessColumns(
      ["column 1", "column 2", "column 3", "column 4", "column 5"],
      [["8120", "433", "12", "Actb", ""]],
    );
    expect(found).toMatchObject({ x: "column 1", y: "column 2", gene: "column 4" });
    expect(found.confidence).toBeLessThan(SURE);
    expect(guess("a,b,c,d", "1,2,Actb,Gapdh").gene).toBeNull();
  });

  test("positions within fields of view are asked about: all fields would lie on each other", () => {
    expect(guess("target,x_local_px,y_local_px,fov", "ACTB,1,2,7").confidence).toBeLessThan(SURE);
    expect(guess("target,x_local_px,y_local_px", "ACTB,1,2").confidence).toBeGreaterThanOrEqual(SURE);
  });

  test("values decide against a name: text is no coordinate, fractions no count, numbers no gene", () => {
    expect(guess("x,y,gene", "a,b,ACTB").x).toBeNull();
    expect(guess("x,y,gene,count", "1,2,ACTB,0.5").count).toBeNull();
    expect(guess("x,y,gene,count", "1,2,ACTB,-1").count).toBeNull();
    expect(guess("x,y,gene", "1,2,3").gene).toBeNull();
  });

  test("x and y of one kind stay together", () => {
    expect(guess("x_um,y_um,x,y,gene", "1,2,3,4,A")).toMatchObject({ x: "x_um", y: "y_um" });
    expect(guess("x_location,x,y,gene", "1,3,4,A")).toMatchObject({ x: "x", y: "y" });
  });

  test("unknown names are a guess that must be confirmed", () => {
    const found = guess("alpha,beta,label", "1.5,2.5,ACTB");
    expect(found).toMatchObject({ x: "alpha", y: "beta" });
    expect(found.confidence).toBeLessThan(SURE);
    expect(rolesOf(guess("a,b", "x,y"))).toBeUndefined();
  });

  test("whatever the names, roles are columns of the table, each used once", () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom("x", "y", "gene", "count", "qv", "cell_id", "__proto__", "label"),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 8 }),
        fc.array(fc.array(fc.string(), { maxLength: 8 })),
        (names, rows) => {
          const { confidence, ...roles } = guessColumns(names, rows);
          const used = Object.values(roles).filter((role) => role !== null);
          expect(used.every((role) => names.includes(role))).toBe(true);
          expect(new Set(used).size).toBe(used.length);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
