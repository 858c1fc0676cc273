import { describe, expect, it, vi } from "vitest";
import type { AnnotationKeeper, ViewedSlide } from "../../src/viewer/annotation-keeper.ts";
import { SlideAnnotations, type SlideInView } from "../../src/viewer/slide-annotations.ts";
import type { Inspected, SlidePart } from "../../src/viewer/slide-contract.ts";

const part = (name: string): SlidePart => ({ name, kind: "table", files: [] }) as unknown as SlidePart;
const parts = (image: SlidePart | null, expression: SlidePart | null): Inspected =>
  ({ image, expression, warnings: [] }) as unknown as Inspected;
const [image, table] = [part("a.svs"), part("a.gem")];

/** A keeper that only remembers what it was told to show, and each time lets others in. */
function annotations(look: () => SlideInView | null, enter?: () => Promise<void>) {
  const shown: (Inspected | null)[] = [];
  const failed: unknown[] = [];
  const made = new SlideAnnotations(look, (thrown) => failed.push(thrown));
  const keeper = {
    enter: async (slide: ViewedSlide | null) => {
      await (enter?.() ?? Promise.resolve());
      shown.push(slide?.parts ?? null);
    },
  } as unknown as AnnotationKeeper;
  vi.spyOn(made, "keeper").mockResolvedValue(keeper);
  return { made, shown, failed };
}

describe("annotations of the slide in view", () => {
  it("are brought in once it is told what they belong to, and once only", async () => {
    let slide: SlideInView | null = null;
    const { made, shown } = annotations(() => slide);
    made.enter();
    await made.entered();
    slide = { title: "a", parts: null, loading: true };
    made.enter();
    const both = parts(image, table);
    // The table is still being read, and nobody says so.
    setTimeout(() => {
      slide = { title: "a", parts: both, loading: true };
    });
    await made.entered();
    expect(shown).toEqual([both]);
    slide = { title: "a", parts: parts(image, table), loading: false };
    made.enter();
    await made.entered();
    expect(shown).toHaveLength(1);
  });

  it("are those of the table where the image cannot be opened, and none without a slide", async () => {
    let slide: SlideInView | null = { title: "a", parts: parts(image, table), loading: false };
    const { made, shown } = annotations(() => slide);
    made.enter();
    slide = { title: "a", parts: parts(null, table), loading: false };
    await made.entered();
    slide = null;
    made.enter();
    await made.entered();
    expect(shown).toEqual([parts(image, table), parts(null, table), null]);
    expect(made.busy).toBe(false);
  });

  it("are tried again after a failure, which is told", async () => {
    let slide: SlideInView | null = { title: "a", parts: parts(image, null), loading: false };
    let broken = true;
    const { made, shown, failed } = annotations(
      () => slide,
      async () => {
        if (broken) throw new Error("no database");
      },
    );
    made.enter();
    await vi.waitFor(() => expect(failed).toHaveLength(1));
    broken = false;
    made.enter();
    await made.entered();
    slide = null;
    made.enter();
    await made.entered();
    expect(shown).toEqual([parts(image, null), null]);
  });
});
