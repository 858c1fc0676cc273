import { expect, test } from "vitest";
import { noScroll } from "../../src/viewer/gestures.ts";

test("a finger's way is no scroll, and a touch that stays in place is left to the browser", () => {
  const stage = new EventTarget();
  noScroll(stage as HTMLElement);
  const touched = (type: string) => {
    const event = new Event(type, { cancelable: true });
    stage.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(touched("touchmove")).toBe(true);
  expect(touched("touchstart")).toBe(false);
  expect(touched("touchend")).toBe(false);
});
