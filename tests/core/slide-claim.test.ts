import { expect, test } from "vitest";
import type { StoredSlide } from "../../src/core/annotation-storage.ts";
import { claimSlide } from "../../src/core/slide-claim.ts";

const kept = (slideKey: string, check: string | null, count = 3, time = 1): StoredSlide => ({
  ...{ slideKey, frame: "imagePx", title: slideKey, time, count, check },
});

/** What one comes to who answers, each time, that it is none of them. */
function apart(slideKey: string, check: string | null, slides: readonly StoredSlide[]): string {
  const claim = claimSlide(slideKey, check, slides);
  return "apart" in claim ? claim.apart : claim.slideKey;
}

test("a slide that nothing is kept of, and one whose content agrees, are asked about nothing", () => {
  expect(claimSlide("a", "1", [kept("b", "1")])).toEqual({ slideKey: "a" });
  expect(claimSlide("a", "1", [kept("a", "1")])).toEqual({ slideKey: "a" });
  expect(claimSlide("a", null, [])).toEqual({ slideKey: "a" });
  const { check: _, ...old } = kept("a", null);
  expect(claimSlide("a", "1", [old])).toEqual({ slideKey: "a" });
});

test("where only the key agrees, or nothing but the place, one is asked", () => {
  const slides = [kept("a", "1")];
  expect(claimSlide("a", "2", slides)).toMatchObject({ candidates: slides });
  expect(claimSlide("a", null, slides)).toMatchObject({ candidates: slides });
  expect(claimSlide("a", null, [kept("a", null, 0)])).toEqual({ slideKey: "a" });
});

test("what was kept apart is found again by its content, and asked about where that does not tell", () => {
  const second = apart("a", "2", [kept("a", "1")]);
  const slides = [kept("a", "1"), kept(second, "2", 3, 2)];
  expect(second).not.toBe("a");
  expect(claimSlide("a", "1", slides)).toEqual({ slideKey: "a" });
  expect(claimSlide("a", "2", slides)).toEqual({ slideKey: second });
  const third = apart("a", "3", slides);
  expect(new Set(["a", second, third]).size).toBe(3);
  expect(claimSlide("a", null, slides)).toEqual({ candidates: [slides[1], slides[0]], apart: third });
});
