import { describe, expect, test } from "vitest";
import { beginsAnnotations } from "../../src/core/annotation-sniff.ts";

describe("annotations are told from tables by how their text begins", () => {
  test.each([
    ["QuPath", '{"type":"FeatureCollection","features":[]}'],
    ["QuPath 0.2", '[\n  {\n    "type": "Feature",\n    "id": "PathAnnotationObject"'],
    ["a bare geometry", '{"type": "GeometryCollection", "geometries": []}'],
    ["ASAP", '<?xml version="1.0"?>\n<ASAP_Annotations>\n'],
    ["ImageScope, HALO", '<Annotations MicronsPerPixel="0.25"><Annotation Id="1">'],
    ["Sectra", '{"id":"1","slideId":"2","type":"Area","content":[]}'],
    ["CAMELYON", '{"positive": [{"name": "_0", "vertices": [[1, 2]]}], "negative": []}'],
    ["Xenium Explorer", "#Selection name: Selection 1\n#Area (µm^2): 12.5\nX,Y\n1,2\n"],
    ["Xenium Explorer, several", '"#Selection names: A, B"\r\n"#Areas (µm^2): 1,2"\r\nSelection,X,Y\r\n'],
    ["Napari, shapes", "index,shape-type,vertex-index,axis-0,axis-1\n0,polygon,0,1,2\n"],
    ["Napari, points", "index,axis-0,axis-1\n0.0,1.0,2.0\n"],
    ["WKT, as geopandas writes it", ',name,geometry\n0,a,"POLYGON ((0 0, 4 0, 4 4, 0 0))"\n'],
    ["EWKT", "id;wkt\n1;SRID=0;MULTIPOLYGON Z (((0 0 1, 4 0 1, 4 4 1, 0 0 1)))\n"],
  ])("%s", (_, text) => expect(beginsAnnotations(text)).toBe(true));

  test.each([
    ["GEM", "#FileFormat=GEMv0.1\ngeneID\tx\ty\tMIDCount\nActb\t1\t2\t3\n"],
    ["transcripts", "x,y,gene\n1,2,POLYGON\n"],
    ["bare points", "X,Y\n1,2\n"],
    ["points with a gene", "gene,geometry\nActb,POINT (1 2)\n"],
    ["experiment.xenium", '{"major_version":6,"pixel_size":0.2125,"analysis_sw_version":"xenium-3.0.0.15"}'],
    ["Deep Zoom", '<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" TileSize="254">'],
  ])("%s is none", (_, text) => expect(beginsAnnotations(text)).toBe(false));
});
