import { describe, expect, test } from "vitest";
import { NotPlanar, planarTransform } from "../../src/formats/spatialdata-transform.ts";

const axes = (...names: string[]) => ({ axes: names.map((name) => ({ name, type: "space", unit: "unit" })) });
const xyz = { input: axes("x", "y", "z"), output: axes("x", "y", "z") };
const xy = { input: axes("x", "y"), output: axes("x", "y") };
/** Where (10, 100) goes. */
const image = (transformation: unknown) => {
  const { a, b, c, d, e, f } = planarTransform(transformation);
  return [a * 10 + c * 100 + e, b * 10 + d * 100 + f];
};

describe("transformations of SpatialData, by hand", () => {
  test.each([
    ["identity", { type: "identity", ...xy }, [10, 100]],
    ["scale of three axes", { type: "scale", scale: [2, 3, 9], ...xyz }, [20, 300]],
    [
      "scale in the order y, x",
      { type: "scale", scale: [3, 2], input: axes("y", "x"), output: axes("y", "x") },
      [20, 300],
    ],
    ["translation", { type: "translation", translation: [5, 7, 0], ...xyz }, [15, 107]],
    [
      "affine without its last row",
      {
        type: "affine",
        affine: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        ...xy,
      },
      [213, 546],
    ],
    [
      "affine with it, y first",
      {
        type: "affine",
        affine: [
          [5, 4, 6],
          [2, 1, 3],
          [0, 0, 1],
        ],
        input: axes("y", "x"),
        output: axes("y", "x"),
      },
      [213, 546],
    ],
    [
      "affine of three axes",
      {
        type: "affine",
        affine: [
          [1, 2, 0, 3],
          [4, 5, 0, 6],
          [0, 0, 1, 0],
        ],
        ...xyz,
      },
      [213, 546],
    ],
    [
      "rotation",
      {
        type: "rotation",
        rotation: [
          [0, -1],
          [1, 0],
        ],
        ...xy,
      },
      [-100, 10],
    ],
    [
      "sequence: the first one first",
      {
        type: "sequence",
        transformations: [
          { type: "translation", translation: [1, 2], ...xy },
          { type: "scale", scale: [2, 3], ...xy },
        ],
        ...xy,
      },
      [22, 306],
    ],
    ["mapAxis", { type: "mapAxis", mapAxis: { x: "y", y: "x" }, ...xy }, [100, 10]],
    [
      "byDimension",
      {
        type: "byDimension",
        transformations: [
          { type: "scale", scale: [2], input: axes("x"), output: axes("x") },
          { type: "translation", translation: [7], input: axes("y"), output: axes("y") },
        ],
        ...xy,
      },
      [20, 107],
    ],
  ])("%s", (_, transformation, expected) => {
    expect(image(transformation)).toEqual(expected);
  });

  test.each([
    ["unknown", { type: "bijection" }],
    [
      "mixing z into x",
      {
        type: "affine",
        affine: [
          [1, 0, 2, 0],
          [0, 1, 0, 0],
          [0, 0, 1, 0],
        ],
        ...xyz,
      },
    ],
    ["text instead of numbers", { type: "scale", scale: ["2", "3"], ...xy }],
    ["not a number", { type: "translation", translation: [Number.NaN, 0], ...xy }],
    ["nothing", undefined],
  ])("refused: %s", (_, transformation) => {
    expect(() => planarTransform(transformation)).toThrow(NotPlanar);
  });
});
