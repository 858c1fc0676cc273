import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { identify } from "../../src/formats/registry.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { openDecodedImage } from "../../workers/image-decode.ts";

const TIFF = new Uint8Array(readFileSync("tests/fixtures/images/gdal-mask.tif"));

/** A file that begins with `head`, a letter a byte; `at` bytes further on. */
function file(path: string, head: string, at = 0) {
  const bytes = new Uint8Array(2000);
  bytes.set(
    Array.from(head, (letter) => letter.charCodeAt(0)),
    at,
  );
  return { path, source: new MemorySource(path.split("/").at(-1)!, bytes) };
}

const failure = (files: Parameters<typeof identify>[0]) =>
  identify(files).then(
    () => "opened",
    (thrown) => [thrown.facts.code, thrown.facts.params.file, thrown.facts.params.format],
  );

describe("pictures of other kinds are refused by name, with what to do", () => {
  it.each([
    ["a.czi", "ZISRAWFILE\0", 0, "slide", "Zeiss (CZI)"],
    ["a.nd2", "\xda\xce\xbe\x0a", 0, "slide", "Nikon (ND2)"],
    ["a.lif", "\x70\0\0\0\x10\0\0\0\x2a", 0, "slide", "Leica (LIF)"],
    ["frame_t.ets", "SIS\0", 0, "slide", "Olympus / Evident (ETS)"],
    ["a.dcm", "DICM", 128, "slide", "DICOM"],
    ["a.isyntax", '<DataObject ObjectType="DPUfsImport">', 0, "slide", "Philips (iSyntax)"],
    ["a.vms", "[Virtual Microscope Specimen]", 0, "slide", "Hamamatsu (VMS)"],
    ["a.szi", "PK\x03\x04", 0, "archive", "ZIP"],
    ["a.gif", "GIF89a", 0, "picture", "GIF"],
    ["a.bmp", "BM\x10\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", 0, "picture", "BMP"],
    ["a.jp2", "\0\0\0\x0cjP  ", 0, "picture", "JPEG 2000"],
    ["a.avif", "\0\0\0\x1cftypavif", 0, "picture", "AVIF"],
    ["a.companion.ome", '<?xml version="1.0"?><OME xmlns="">', 0, "companion", "OME-XML"],
  ])("%s", async (name, head, at, what, format) => {
    expect(await failure([file(name, head, at)])).toEqual([`image-foreign-${what}`, name, format]);
  });

  it("also where the file is a TIFF or a JPEG that shows the glass, not the slide", async () => {
    expect(await failure([{ path: "a.vsi", source: new MemorySource("a.vsi", TIFF) }])).toEqual([
      "image-foreign-slide",
      "a.vsi",
      "Olympus / Evident (VSI)",
    ]);
    expect(await failure([file("a.mrxs", "\xff\xd8\xff\xe0")])).toContain("3DHISTECH (MIRAX, MRXS)");
    await expect(openDecodedImage(new MemorySource("a.vsi", TIFF))).rejects.toMatchObject({
      facts: { code: "image-foreign-slide" },
    });
  });

  it("and a tile of Zoomify is not shown as the image", async () => {
    const tiles = [
      file("a/TileGroup0/0-0-0.jpg", "\xff\xd8\xff\xe0"),
      file("a/TileGroup0/1-0-0.jpg", "\xff\xd8\xff\xe0"),
    ];
    const properties = file("a/ImageProperties.xml", '<IMAGE_PROPERTIES WIDTH="800" HEIGHT="600" />');
    expect(await failure([...tiles, properties])).toEqual(["image-foreign-pyramid", "a", "Zoomify"]);
  });

  it("nor one of a map's tiles, or of IIIF's whose server is not there", async () => {
    const jpeg = "\xff\xd8\xff\xe0";
    const map = ["1/0/0.jpg", "1/0/1.jpg", "1/1/0.jpg", "1/1/1.jpg", "blank.png"].map((path) =>
      file(`map/${path}`, jpeg),
    );
    expect(await failure(map)).toEqual(["image-foreign-pyramid", "map", "Google Maps"]);
    const info = '{"@context":"http://iiif.io/api/image/3/context.json","width":800,"height":600}';
    const described = {
      path: "a/info.json",
      source: new MemorySource("info.json", new TextEncoder().encode(info)),
    };
    const tile = file("a/0,0,512,512/512,512/0/default.jpg", jpeg);
    expect(await failure([described, tile])).toEqual(["image-foreign-pyramid", "a", "IIIF"]);
    expect((await identify([described])).images.map(({ kind }) => kind)).toEqual(["iiif"]);
  });

  it("but another picture beside them opens", async () => {
    const plan = await identify([
      file("a.czi", "ZISRAWFILE\0"),
      { path: "b.tif", source: new MemorySource("b.tif", TIFF) },
    ]);
    expect(plan.images.map(({ file: { path } }) => path)).toEqual(["b.tif"]);
    expect(plan.unknown.map(({ path }) => path)).toEqual(["a.czi"]);
  });
});
