import { CentiscopeError, isAbort } from "../core/errors.ts";
import { startBinUm } from "../core/lod.ts";
import { parseSampleList, SAMPLE_LIST_PATH, type SampleSlide } from "../core/sample-list.ts";
import type { Bounds } from "../core/space.ts";
import { selectGenes } from "../state/actions.ts";
import type { ViewState } from "../state/view.ts";
import type { SampleCard } from "./centiscope.ts";

const listUrl = (): string => new URL(SAMPLE_LIST_PATH, document.baseURI).href;

/** Address of a file named in the list of samples, wherever the page is hosted. */
export function sampleUrl(path: string): string {
  return new URL(path, listUrl()).href;
}

/** The bundled samples, read once; after a failure the next call tries again. */
export class SampleList {
  #samples: Promise<readonly SampleSlide[]> | null = null;

  /** @throws CentiscopeError `sample-list` when it cannot be fetched, `sample-list-invalid` when it is not one. */
  read(): Promise<readonly SampleSlide[]> {
    this.#samples ??= readSamples().catch((thrown: unknown) => {
      this.#samples = null;
      throw thrown;
    });
    return this.#samples;
  }
}

async function readSamples(): Promise<readonly SampleSlide[]> {
  let text: string;
  try {
    const response = await fetch(listUrl());
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    text = await response.text();
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new CentiscopeError("sample-list", { file: SAMPLE_LIST_PATH, detail }, { cause });
  }
  return parseSampleList(text, SAMPLE_LIST_PATH).samples;
}

export function sampleCard(sample: SampleSlide): SampleCard {
  const { id, title, subtitle, description, licence, attribution, simulated } = sample;
  return {
    id,
    title,
    subtitle,
    description,
    licence,
    attribution,
    simulated,
    previewUrl: sampleUrl(sample.preview),
  };
}

/** The view that a sample starts with, over the defaults of its extent. */
export function sampleView(sample: SampleSlide, base: ViewState): ViewState {
  const { view } = sample;
  if (!view) return base;
  const bins = {
    ...base.bins,
    binUm: view.binUm ?? base.bins.binUm,
    shape: view.shape,
    of: view.binsOf,
  };
  return selectGenes(view.genes)({ ...base, bins });
}

/** The view of a slide that nobody described: bins and markers that suit its extent. */
export function startView(
  base: ViewState,
  boundsUm: Bounds<"um">,
  readyBinsUm: readonly number[] | null,
): ViewState {
  const binUm = startBinUm(boundsUm, readyBinsUm);
  const sizeUm = Math.min(base.points.sizeUm, binUm);
  return { ...base, bins: { ...base.bins, binUm }, points: { ...base.points, sizeUm } };
}
