import { transfer } from "comlink";
import { type Answer, failedAnswer } from "./errors.ts";

/** What a service's method gets beside its request. */
export interface CallContext {
  /** Aborts when the caller no longer waits. */
  readonly signal: AbortSignal;
  /** Tells the caller how far the call is. */
  readonly report: (progress: unknown) => void;
  /** Hands these buffers over with the answer instead of copying them. */
  readonly hand: (buffers: readonly ArrayBuffer[]) => void;
}

/** Methods by name: one request, one answer. `Methods` maps each to `[request, answer]`. */
export type Service<Methods> = {
  readonly [M in keyof Methods]: Methods[M] extends readonly [infer Request, infer Result]
    ? (request: Request, context: CallContext) => Result | Promise<Result>
    : never;
};

/** What crosses the worker boundary. */
export interface Wire {
  call(
    id: number,
    method: string,
    file: string,
    request: unknown,
    report: ((progress: unknown) => void) | null,
  ): Promise<Answer<unknown>>;
  abort(id: number): void;
}

/** Answers calls to a service: counts them by id, so that each can be aborted. */
export function wireOf<Methods>(service: Service<Methods>): Wire {
  const methods = service as Record<string, (request: unknown, context: CallContext) => unknown>;
  const running = new Map<number, AbortController>();
  return {
    async call(id, method, file, request, report) {
      const controller = new AbortController();
      running.set(id, controller);
      const handed: ArrayBuffer[] = [];
      try {
        const value = await methods[method]!(request, {
          signal: controller.signal,
          report: (progress) => report?.(progress),
          hand: (buffers) => handed.push(...buffers),
        });
        controller.signal.throwIfAborted();
        return transfer({ ok: true as const, value }, handed);
      } catch (thrown) {
        return failedAnswer(thrown, file);
      } finally {
        running.delete(id);
      }
    },
    abort(id) {
      running.get(id)?.abort();
    },
  };
}
