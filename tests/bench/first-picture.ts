/** Times since the click, ms. */
export interface Marks {
  clicked?: number;
  first?: number;
}

/**
 * Runs in the page before its scripts: notes when WebGL first draws into a canvas itself, which is tiles of the
 * image or layers of the expression, never a placeholder.
 */
export function watchDrawing(): void {
  const marks: Marks = {};
  Object.assign(window, { openingMarks: marks });
  const noted = (gl: WebGL2RenderingContext) => {
    if (marks.clicked === undefined || marks.first !== undefined) return;
    if (gl.getParameter(gl.FRAMEBUFFER_BINDING) !== null) return;
    const { clicked } = marks;
    marks.first = Number.NaN;
    requestAnimationFrame(() => Object.assign(marks, { first: performance.now() - clicked }));
  };
  const { prototype } = WebGL2RenderingContext;
  const { drawArrays, drawArraysInstanced } = prototype;
  prototype.drawArrays = function (...given) {
    noted(this);
    drawArrays.apply(this, given);
  };
  prototype.drawArraysInstanced = function (...given) {
    noted(this);
    drawArraysInstanced.apply(this, given);
  };
}
