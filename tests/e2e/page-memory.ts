import type { Page } from "@playwright/test";

/** JavaScript heap and array buffers of the page and of each of its workers, without garbage, bytes. */
export async function memoryOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const usage = new Map<number, (bytes: number) => void>();
  const asked: Promise<number>[] = [];
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message);
    usage.get(id)?.(result.usedSize + (result.backingStorageSize ?? 0));
  });
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type !== "worker") return;
    const id = usage.size + 1;
    asked.push(
      new Promise((resolve) => {
        usage.set(id, resolve);
      }),
    );
    for (const [of, method] of [
      [0, "HeapProfiler.enable"],
      [0, "HeapProfiler.collectGarbage"],
      [id, "Runtime.getHeapUsage"],
    ]) {
      const message = JSON.stringify({ id: of, method });
      void session.send("Target.sendMessageToTarget", { sessionId, message });
    }
  });
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const own = await session.send("Runtime.getHeapUsage");
  const backing = (own as { backingStorageSize?: number }).backingStorageSize ?? 0;
  const workers = await Promise.all(asked);
  await session.detach();
  if (workers.length === 0) throw new Error("The page has no worker, so not all of it was measured.");
  return own.usedSize + backing + workers.reduce((sum, bytes) => sum + bytes, 0);
}
