import OpenSeadragon from "openseadragon";

/** What OpenSeadragon 6.1.1's fragment shader says; a test fails when an upgrade changes it. */
export const FAULTY = "int(v_image_index)";
export const MENDED = "int(v_image_index + 0.5)";

interface DrawerClass {
  initShaderProgram(gl: WebGLRenderingContext, vertex: string, fragment: string): WebGLProgram | null;
}

/**
 * OpenSeadragon's WebGL drawer passes the number of a tile's texture through an interpolated float and truncates
 * it. In a rotated view interpolation gives 2.9999 for 3, and parts of tiles show the picture of another tile
 * (seen with 6.1.1 in Chromium's software GL). Rounding instead is exact. It also declares medium precision, which
 * on phones are half floats: texels half a pixel off. Imported for its effect, before a viewer is made.
 */
function mendDrawer(drawer: DrawerClass): void {
  const original = drawer.initShaderProgram;
  drawer.initShaderProgram = (gl, vertex, fragment) =>
    original.call(
      drawer,
      gl,
      vertex,
      fragment.replace(FAULTY, MENDED).replace("precision mediump float;", "precision highp float;"),
    );
}

mendDrawer(OpenSeadragon.WebGLDrawer as unknown as DrawerClass);
