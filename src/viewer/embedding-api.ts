import { fillTemplate } from "../core/errors.ts";
import { messages } from "../core/messages.ts";
import { screenPx, um } from "../core/space.ts";
import { selectGenes } from "../state/actions.ts";
import type { Language } from "../state/preferences.ts";
import type { SessionStore, SlideEntry } from "../state/session.ts";
import type { ViewStore } from "../state/view.ts";
import type { App } from "./app.ts";
import type { Embedding, EmbeddingStatus } from "./embedding.ts";
import { checkBin, checkCamera } from "./embedding-arguments.ts";
import { createEmbeddingRegions } from "./embedding-regions-api.ts";

/** `window.centiscope` over the running viewer. */
export function createEmbedding(
  app: App,
  view: ViewStore,
  session: SessionStore,
  language: () => Language,
): Embedding {
  return {
    version: "1.0",
    open: (urls) => app.openUrls(urls),
    openSample: (id) => app.openSample(id),
    ready: () => ready(app),
    status: () => status(view, session, language()),
    camera: () => app.camera() ?? undefined,
    setCamera: (camera, options) => {
      checkCamera(camera);
      app.setCamera(camera, { animate: options?.animate ?? false });
    },
    project: (point) => {
      const found = app.presenter?.picture.project(um(point[0], point[1]));
      return found && [found[0], found[1]];
    },
    unproject: (point) => {
      const found = app.presenter?.picture.unproject(screenPx(point[0], point[1]));
      return found && [found[0], found[1]];
    },
    select: (names) => {
      const known = session.getState().genes?.names;
      const all = new Set(known);
      view.setState((now) =>
        selectGenes(names.filter((name) => all.has(name)))({ ...now, genes: [], soloGene: null }),
      );
      return names.filter((name) => !all.has(name));
    },
    setBin: (binUm, shape) => {
      checkBin(binUm, shape);
      view.setState((now) => ({ bins: { ...now.bins, binUm, shape } }));
    },
    pick: async (point) => app.presenter?.pick(point),
    screenshot: () => app.screenshot(),
    regions: createEmbeddingRegions(app, session),
  };
}

/** Resolves when two frames in a row find nothing loading. */
async function ready(app: App): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const slideBusy = app.looksUpSample || app.slides.busy || app.slideAnnotations.busy;
    if (slideBusy || app.mounting || app.presenter?.busy) {
      quiet = 0;
      continue;
    }
    await app.presenter?.settled();
    quiet = app.slides.busy || app.presenter?.busy ? 0 : quiet + 1;
  }
}

function status(view: ViewStore, session: SessionStore, language: Language): EmbeddingStatus {
  const { status: shown, slides, activeId, genes, notices } = session.getState();
  const info = slides.find((slide) => slide.id === activeId)?.expressionInfo;
  const loading = (slide: SlideEntry) =>
    slide.question === null && (slide.image.status === "loading" || slide.expression.status === "loading");
  return {
    mode: shown.mode,
    binUm: shown.binUm,
    binShape: shown.binShape,
    aggregated: shown.aggregated,
    rowsInView: shown.rowsInView,
    countInView: shown.countInView,
    percentShown: shown.percentShown,
    genes: view.getState().genes.map((gene) => gene.name),
    loading: shown.loading || slides.some(loading),
    slides: slides.map((slide) => ({
      id: slide.id,
      title: slide.title,
      active: slide.id === activeId,
      image: slide.image.status,
      expression: slide.expression.status,
      question: slide.question?.kind ?? null,
      errors: [slide.image, slide.expression].flatMap((part) =>
        part.status === "failed" ? [part.error] : [],
      ),
    })),
    table: info && genes ? { rows: info.rows, count: info.totalCount, genes: genes.names.length } : null,
    errors: [...notices.map(({ facts }) => facts), ...(shown.error ? [shown.error] : [])].map((facts) => {
      const entry = Object.hasOwn(messages, facts.code)
        ? messages[facts.code as keyof typeof messages]
        : undefined;
      const template = entry ? (language === "en" ? entry.en : entry.zh) : facts.code;
      return { code: facts.code, text: fillTemplate(template, facts.params) };
    }),
  };
}
