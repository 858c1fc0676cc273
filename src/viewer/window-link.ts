import type { WindowLink } from "../core/annotation-storage.ts";

const CHANNEL = "centiscope-annotations";
const ID_KEY = "centiscope.window";
const slideLock = (slideKey: string): string => `${CHANNEL}:slide:${slideKey}`;
const lockOf = (windowId: string): string => `${CHANNEL}:window:${windowId}`;

interface Announcement {
  readonly slideKey: string;
  readonly opIds: readonly string[];
}

/**
 * This window among others. It holds a lock (Web Locks) by which others see that it lives, also when it crashes.
 * A reloaded window is the one it was. `newId` gives an id for a new one. Where pages are not served securely the
 * browser has no locks: then nobody knows who lives.
 */
export async function openWindowLink(newId: () => string): Promise<WindowLink> {
  const windowId = await claimId(newId);
  const channel = new BroadcastChannel(CHANNEL);
  return {
    windowId,
    announce: (slideKey, opIds) => channel.postMessage({ slideKey, opIds } satisfies Announcement),
    onAnnounced: (listener) => {
      channel.addEventListener("message", ({ data }: MessageEvent<Announcement>) => {
        listener(data.slideKey, data.opIds);
      });
    },
    onReturn: (listener) => {
      globalThis.addEventListener("focus", listener);
      globalThis.addEventListener("pageshow", listener);
      globalThis.addEventListener("online", listener);
    },
    living,
    persist: async () => {
      const storage: StorageManager | undefined = navigator.storage;
      return (await storage?.persist?.()) ?? false;
    },
    alone: async (name, work) => {
      const locks = lockManager();
      if (!locks) return work();
      await locks.request(`${CHANNEL}:${name}`, { ifAvailable: true }, async (lock) => {
        if (lock) await work();
      });
    },
    close: () => channel.close(),
  };
}

/** Tells all windows, this one too, of operations that were written past any of them. */
export function announceSteps(slideKey: string, opIds: readonly string[]): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ slideKey, opIds } satisfies Announcement);
  channel.close();
}

/** Runs the work when no other window of this browser is at the same; at once where the browser has no locks. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = lockManager();
  return locks ? await locks.request(`${CHANNEL}:${name}`, work) : await work();
}

/** Lets other windows see that a slide is in view here, until the signal comes. */
export function holdSlide(slideKey: string, signal: AbortSignal): void {
  const left = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
  });
  void lockManager()?.request(slideLock(slideKey), { mode: "shared" }, () => left);
}

/** Keys of slides that are in view in some window; null where the browser does not say. */
export async function slidesInView(): Promise<ReadonlySet<string> | null> {
  return heldWith(slideLock(""));
}

/** The id that this tab had before it was reloaded, unless a copy of the tab has taken it. */
async function claimId(newId: () => string): Promise<string> {
  const before = remembered();
  const windowId = before !== null && (await hold(before)) ? before : newId();
  if (windowId !== before) await hold(windowId);
  try {
    sessionStorage.setItem(ID_KEY, windowId);
  } catch {
    // A forbidden storage costs the undo of what was done before a reload, until the old lock is gone.
  }
  return windowId;
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(ID_KEY);
  } catch {
    return null;
  }
}

/** Holds the lock for as long as the window lives. False when another holds it. */
function hold(windowId: string): Promise<boolean> {
  const locks = lockManager();
  if (!locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    void locks.request(lockOf(windowId), { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<never>(() => {});
    });
  });
}

const living = (): Promise<ReadonlySet<string> | null> => heldWith(lockOf(""));

async function heldWith(prefix: string): Promise<ReadonlySet<string> | null> {
  const locks = lockManager();
  if (!locks) return null;
  const { held = [] } = await locks.query();
  return new Set(
    held.flatMap(({ name = "" }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])),
  );
}

function lockManager(): LockManager | undefined {
  return navigator.locks as LockManager | undefined;
}
