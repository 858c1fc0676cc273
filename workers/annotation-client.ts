import { type Remote, wrap } from "comlink";
import type { Annotation } from "../src/core/annotation.ts";
import { CentiscopeError } from "../src/core/errors.ts";
import { received } from "../src/core/packed-geometry.ts";
import type { AnnotationImport } from "../src/formats/annotations/annotation-import.ts";
import { nextTask } from "../src/io/next-task.ts";
import { oneMessage } from "./annotation-message.ts";
import type { AnnotationExport, AnnotationWorkerApi, AnnotationWriteRequest } from "./annotation-protocol.ts";
import { unwrapAnswer } from "./errors.ts";

export type { AnnotationImport } from "../src/formats/annotations/annotation-import.ts";
export type {
  AnnotationExport,
  AnnotationExportFormat,
  AnnotationExportRequest,
  CountsExportRequest,
  LabelMaskRequest,
} from "./annotation-protocol.ts";

const SECONDS = 120;

/** Calls in a worker of its own, which ends with them: a hostile file takes nothing along. */
async function inWorker<T>(file: string, call: (api: Remote<AnnotationWorkerApi>) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL("./annotation.worker.ts", import.meta.url), {
    type: "module",
    name: "annotations",
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const ended = new Promise<never>((_, reject) => {
      const end = () => reject(new CentiscopeError("worker-died", { file }));
      worker.addEventListener("error", end);
      timer = setTimeout(end, SECONDS * 1000);
    });
    return await Promise.race([call(wrap<AnnotationWorkerApi>(worker)), ended]);
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}

/** Every annotation of a file, as `importAnnotations` says. */
export const readAnnotationFile = (blob: Blob, name: string): Promise<AnnotationImport[]> =>
  inWorker(name, async (api) => {
    const found = unwrapAnswer(await api.read(blob, name));
    const whole: AnnotationImport[] = [];
    for (const [i, { read, count }] of found.entries()) {
      const annotations: Annotation[] = [];
      while (annotations.length < count)
        annotations.push(...(await received(await api.take(i, annotations.length), nextTask)));
      whole.push({ ...read, annotations });
    }
    return whole;
  });

export const writeAnnotationFile = (request: AnnotationWriteRequest): Promise<AnnotationExport> =>
  inWorker(request.format, async (api) => {
    if (!("annotations" in request)) return unwrapAnswer(await api.write(request));
    const { annotations } = request;
    for (let from = 0; from < annotations.length; ) {
      const message = oneMessage(annotations, from);
      await api.give(message);
      from += message.length;
    }
    return unwrapAnswer(await api.write({ ...request, annotations: [] }));
  });
