import { expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { useInSlices } from "../../src/ui/use-in-slices.ts";

/** React's part in it: one component, whose renders and commits are told when to happen. */
const react = vi.hoisted(() => ({
  asked: 0,
  ref: null as { current: unknown } | null,
  layoutEffects: [] as (() => void)[],
  subscribed: false,
}));
vi.mock("react", () => ({
  useReducer: () => [0, () => react.asked++],
  useRef: (first: unknown) => {
    react.ref ??= { current: first };
    return react.ref;
  },
  useLayoutEffect: (effect: () => void) => react.layoutEffects.push(effect),
  useEffect: (effect: () => void) => {
    if (react.subscribed) return;
    react.subscribed = true;
    react.layoutEffects.push(effect);
  },
  startTransition: (action: () => void) => action(),
}));

const commit = () => {
  for (const effect of react.layoutEffects.splice(0)) effect();
};

test("a store that goes back while its change is rendered is not left behind on screen", () => {
  const store = createStore(() => ({ letter: "A" }));
  const render = () => useInSlices(store, ({ letter }) => letter);
  expect(render()).toBe("A");
  commit();
  expect(react.asked).toBe(0);
  store.setState({ letter: "B" });
  expect(react.asked).toBe(1);
  expect(render()).toBe("B");
  // React has rendered B and not yet shown it.
  store.setState({ letter: "A" });
  commit();
  expect(react.asked).toBe(2);
  expect(render()).toBe("A");
  commit();
  expect(react.asked).toBe(2);
});
