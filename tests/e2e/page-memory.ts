import type { CDPSession, Page } from "@playwright/test";

/** What `Runtime.getHeapUsage` answers, bytes. */
interface Usage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

interface Event {
  readonly method: string;
  readonly params: {
    readonly sessionId: string;
    readonly message: string;
    readonly targetInfo: { readonly type: string; readonly url: string };
  };
}

/** DevTools' protocol with the page, or with a worker through whoever started it. */
interface Line {
  ask(method: string, params?: object): Promise<unknown>;
  /** Called for what is told unasked. */
  listener: (event: Event) => void;
}

function pageLine(session: CDPSession): Line {
  const line: Line = {
    ask: (method, params) => session.send(method as "Target.setAutoAttach", params as never),
    listener: () => undefined,
  };
  for (const method of ["Target.attachedToTarget", "Target.receivedMessageFromTarget"] as const) {
    session.on(method, (params) => line.listener({ method, params } as unknown as Event));
  }
  return line;
}

/** Also gives the function that takes what the worker says. */
function workerLine(starter: Line, sessionId: string): { line: Line; take: (message: string) => void } {
  const answers = new Map<number, (result: unknown) => void>();
  const line: Line = {
    ask: (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = answers.size + 1;
        answers.set(id, resolve);
        const message = JSON.stringify({ id, method, params });
        starter.ask("Target.sendMessageToTarget", { sessionId, message }).catch(reject);
      }),
    listener: () => undefined,
  };
  const take = (text: string): void => {
    const message = JSON.parse(text) as Event & { id?: number; result: unknown };
    if (message.id === undefined) line.listener(message);
    else answers.get(message.id)?.(message.result);
  };
  return { line, take };
}

/** Bytes by name: "page", and the scripts of the workers under it. */
async function measured(name: string, line: Line): Promise<[name: string, bytes: number][]> {
  const under = new Map<string, (message: string) => void>();
  const asked: Promise<[string, number][]>[] = [];
  line.listener = ({ method, params: { sessionId, message, targetInfo } }) => {
    if (method === "Target.receivedMessageFromTarget") under.get(sessionId)?.(message);
    if (method !== "Target.attachedToTarget" || targetInfo.type !== "worker") return;
    const { line: own, take } = workerLine(line, sessionId);
    under.set(sessionId, take);
    asked.push(measured(targetInfo.url.split("/").at(-1) ?? "", own));
  };
  await line.ask("HeapProfiler.enable");
  // Answered before anything else is asked: else the use is told while garbage is still there.
  await line.ask("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = (await line.ask("Runtime.getHeapUsage")) as Usage;
  await line.ask("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  return [[name, usedSize + backingStorageSize], ...(await Promise.all(asked)).flat()];
}

/** JavaScript heap and array buffers of the page and of each worker, also those of workers, without garbage, bytes. */
export async function memoryOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const all = await measured("page", pageLine(session));
  await session.detach();
  if (all.length === 1) throw new Error("The page has no worker, so not all of it was measured.");
  return all.reduce((sum, [, bytes]) => sum + bytes, 0);
}
