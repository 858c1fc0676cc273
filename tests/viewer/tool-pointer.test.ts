import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ToolPointers } from "../../src/viewer/tool-pointer.ts";

class Stage extends EventTarget {
  getBoundingClientRect() {
    return { left: 0, top: 0, x: 0, y: 0, width: 100, height: 100 };
  }
}

const pointer = (type: string) =>
  Object.assign(new Event(type), {
    button: 0,
    buttons: type === "pointerup" ? 0 : 1,
    pointerId: 1,
    pointerType: "mouse",
    clientX: 10,
    clientY: 10,
    getCoalescedEvents: () => [],
  });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", new EventTarget());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("on a busy page the end of one press does not end the next, which came before it was dealt with", () => {
  const stage = new Stage();
  const pointers = new ToolPointers(stage as unknown as HTMLElement, () => {});
  const moves = vi.fn();
  pointers.setTaker({
    press: () => true,
    move: moves,
    release: () => {},
    interrupt: () => {},
    leave: () => {},
  });
  stage.dispatchEvent(pointer("pointerdown"));
  stage.dispatchEvent(pointer("pointerup"));
  expect(pointers.taken).toBe(true);
  stage.dispatchEvent(pointer("pointerdown"));
  vi.runAllTimers();
  expect(pointers.taken).toBe(true);
  stage.dispatchEvent(pointer("pointermove"));
  expect(moves).toHaveBeenCalledOnce();
  stage.dispatchEvent(pointer("pointerup"));
  vi.runAllTimers();
  expect(pointers.taken).toBe(false);
});

test("a finger that was lifted has left the stage; a pressed pointer has not", () => {
  const stage = new Stage();
  const pointers = new ToolPointers(stage as unknown as HTMLElement, () => {});
  const leave = vi.fn();
  pointers.setTaker({ press: () => true, move: () => {}, release: () => {}, interrupt: () => {}, leave });
  stage.dispatchEvent(pointer("pointerdown"));
  stage.dispatchEvent(pointer("pointerleave"));
  expect(leave).not.toHaveBeenCalled();
  stage.dispatchEvent(pointer("pointerup"));
  stage.dispatchEvent(pointer("pointerleave"));
  expect(leave).toHaveBeenCalledOnce();
});
