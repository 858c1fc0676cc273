import { wrap } from "comlink";
import { CentiscopeError } from "../src/core/errors.ts";
import type { AnnotationImport } from "../src/formats/annotations/annotation-import.ts";
import type { AnnotationExport, AnnotationWorkerApi, AnnotationWriteRequest } from "./annotation-protocol.ts";
import { type Answer, unwrapAnswer } from "./errors.ts";

export type { AnnotationImport } from "../src/formats/annotations/annotation-import.ts";
export type {
  AnnotationExport,
  AnnotationExportFormat,
  AnnotationExportRequest,
  CountsExportRequest,
  LabelMaskRequest,
} from "./annotation-protocol.ts";

const SECONDS = 120;

/** One call in a worker of its own, which ends with it: a hostile file takes nothing along. */
async function inWorker<T>(file: string, call: (api: AnnotationWorkerApi) => Promise<Answer<T>>): Promise<T> {
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
    return unwrapAnswer(await Promise.race([call(wrap<AnnotationWorkerApi>(worker)), ended]));
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}

/** Every annotation of a file, as `importAnnotations` says. */
export const readAnnotationFile = (blob: Blob, name: string): Promise<AnnotationImport[]> =>
  inWorker(name, (api) => api.read(blob, name));

export const writeAnnotationFile = (request: AnnotationWriteRequest): Promise<AnnotationExport> =>
  inWorker(request.format, (api) => api.write(request));
