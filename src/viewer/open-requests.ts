import type { SampleSlide } from "../core/sample-list.ts";
import type { DroppedFile } from "./centiscope.ts";
import { sampleUrl, sampleView } from "./sample-cards.ts";
import type { OpenRequest } from "./slides.ts";

/** @param view of a link, over the sample's own */
export function sampleRequest(
  sample: SampleSlide,
  language: "en" | "zh",
  view: string | undefined,
): OpenRequest {
  return {
    title: sample.title[language],
    subtitle: sample.subtitle[language],
    origin: { kind: "sample", sampleId: sample.id, urls: sample.files.map(sampleUrl) },
    files: sample.files.map((path) => ({ kind: "url", path, url: sampleUrl(path) })),
    previewUrl: sampleUrl(sample.preview),
    simulated: sample.simulated,
    licence: sample.licence,
    attribution: sample.attribution,
    units: sample.units ?? null,
    startView: (base) => sampleView(sample, base),
    linkView: view ?? null,
  };
}

export function filesRequest(files: readonly DroppedFile[]): OpenRequest {
  const names = files.map((dropped) => dropped.path);
  return {
    ...plainRequest(commonName(names)),
    origin: { kind: "files", names },
    files: files.map(({ path, file }) => ({ kind: "blob", path, blob: file })),
  };
}

/** Addresses may be relative to the page. */
export function urlsRequest(urls: readonly string[], view: string | undefined): OpenRequest {
  const files = urls.map((url) => {
    const { href, pathname } = new URL(url, document.baseURI);
    return { kind: "url" as const, path: decodeURIComponent(pathname).replace(/^\//, ""), url: href };
  });
  return {
    ...plainRequest(commonName(files.map((file) => file.path))),
    origin: { kind: "url", urls },
    files,
    linkView: view ?? null,
  };
}

function plainRequest(title: string): Omit<OpenRequest, "origin" | "files"> {
  return {
    title,
    subtitle: "",
    previewUrl: null,
    simulated: false,
    licence: null,
    attribution: null,
    units: null,
    startView: null,
    linkView: null,
  };
}

/** Names that say nothing: a store is known by its folder's. */
const METADATA = /\/(zarr\.json|\.zmetadata|zmetadata|\.zgroup|\.zattrs)$/;

/** A title for files: the one file's name, or the folder that they share, or the first name. */
function commonName(given: readonly string[]): string {
  const paths = given.map((path) => path.replace(METADATA, ""));
  const first = paths[0] ?? "";
  const parts = first.split("/");
  if (paths.length === 1) return parts.findLast((part) => part !== "") ?? first;
  let shared = parts.length - 1;
  for (const path of paths) {
    const other = path.split("/");
    while (shared > 0 && other.slice(0, shared).join("/") !== parts.slice(0, shared).join("/")) shared--;
  }
  return (shared > 0 ? parts[shared - 1] : parts.at(-1)) ?? first;
}
