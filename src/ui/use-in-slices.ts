import { startTransition, useEffect, useLayoutEffect, useReducer, useRef } from "react";
import type { StoreApi } from "zustand/vanilla";

/**
 * A narrow slice of a store, rendered in the background: React stops every few milliseconds to let the page
 * answer, where zustand's own hook renders everything that follows a change in one task. Not for what a native
 * input shows: it would jump back until the render is through.
 */
export function useInSlices<S, T>(store: StoreApi<S>, select: (state: S) => T): T {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const slice = select(store.getState());
  const drawn = useRef({ select, slice });
  useLayoutEffect(() => {
    drawn.current = { select, slice };
    // The store may have gone back while this was rendered: then nobody was told, as it equalled what stood before.
    if (!Object.is(select(store.getState()), slice)) startTransition(renderAgain);
  });
  useEffect(() => {
    const look = () => {
      const { select, slice } = drawn.current;
      if (!Object.is(select(store.getState()), slice)) startTransition(renderAgain);
    };
    // What changed before the store could be listened to.
    look();
    return store.subscribe(look);
  }, [store]);
  return slice;
}
