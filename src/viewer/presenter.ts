import { type Affine, invertAffine } from "../core/affine.ts";
import { colormapRgba } from "../core/colormap.ts";
import { errorFacts, isAbort } from "../core/errors.ts";
import type { PickedRow } from "../core/expression.ts";
import { overviewBinUm } from "../core/lod.ts";
import type { Registration } from "../core/register.ts";
import { screenPx, um } from "../core/space.ts";
import { documentStore } from "../state/document.ts";
import { drawingStore } from "../state/drawing.ts";
import { annotationHistory } from "../state/history.ts";
import type { SessionStore } from "../state/session.ts";
import type { ViewState, ViewStore } from "../state/view.ts";
import type { AnnotationStage } from "./annotation-stage.ts";
import { AnnotationView } from "./annotation-view.ts";
import { ExpressionLayers, type Ground } from "./expression-layers.ts";
import { ExpressionView } from "./expression-view.ts";
import type { OpenedImage } from "./image-open.ts";
import { OVERVIEW_PX, paintOverview } from "./overview.ts";
import { createPicture, type Picture } from "./picture.ts";
import type { Slide } from "./slides.ts";

/** How near, in CSS px, a pointer must be to a transcript to name it. */
const PICK_RADIUS_PX = 8;

/** Attribute of the page's root: "dark" or "light". */
const COLOR_SCHEME = "data-mantine-color-scheme";

/** What the picture was last told to show. */
interface Shown {
  readonly slide: Slide;
  readonly image: OpenedImage["tileSource"] | null;
}

/** Shows one slide at a time in the stage: owns the picture and the expression view of the active slide. */
export class Presenter {
  readonly #view: ViewStore;
  readonly #session: SessionStore;
  readonly #onNotice: (facts: ReturnType<typeof errorFacts>) => void;
  readonly picture: Picture;
  readonly #stops: (() => void)[] = [];
  #slide: Slide | null = null;
  #expression: ExpressionView | null = null;
  #shown: Shown | null = null;
  #overview: { readonly slide: Slide; readonly canvas: HTMLCanvasElement } | null = null;
  #layers: ExpressionLayers;
  readonly #annotationStage: AnnotationStage;
  readonly #annotations: AnnotationView;
  #pick: AbortController | null = null;
  #showing: Promise<void> = Promise.resolve();
  #pending = 0;

  constructor(
    stage: HTMLElement,
    minimap: HTMLElement,
    view: ViewStore,
    session: SessionStore,
    onNotice: (facts: ReturnType<typeof errorFacts>) => void,
    annotationStage: AnnotationStage,
  ) {
    this.#view = view;
    this.#session = session;
    this.#onNotice = onNotice;
    this.picture = createPicture(stage, minimap);
    this.#layers = new ExpressionLayers(this.picture);
    this.#annotationStage = annotationStage;
    this.#annotations = new AnnotationView(
      {
        view: () => {
          const [box, unitsPerPx] = [annotationStage.viewBox(), annotationStage.unitsPerPx()];
          return box && unitsPerPx !== null ? { box, unitsPerPx } : null;
        },
        setLayers: (layers) => this.picture.setLayers(layers, "annotations"),
      },
      documentStore,
      annotationHistory,
      drawingStore,
    );
    annotationStage.setSeen(
      () => Boolean(this.#slide?.image) && view.getState().layers.image.visible,
      () => this.#expression?.shownBins() ?? null,
    );
    this.#stops.push(
      annotationStage.attach(this.picture),
      () => this.#annotations.destroy(),
      this.picture.onSettled(() => this.#annotations.refresh()),
      this.picture.onError((facts) => onNotice(facts)),
      this.picture.onCamera(() => {
        // What the pointer named has moved away under it.
        if (this.#session.getState().hover) this.#session.setState({ hover: null });
      }),
      this.picture.onSettled(() => {
        const camera = this.picture.camera();
        if (camera && this.#shown) this.#view.setState({ camera });
      }),
      this.picture.onPointer((event) => this.#pointer(event.kind, event.atPx)),
      view.subscribe((now, before) => this.#viewChanged(now, before)),
      // Markers and bins on a white page wear other colours.
      onColorScheme(() => this.#expression?.update()),
    );
  }

  destroy(): void {
    this.#detach();
    for (const stop of this.#stops) stop();
    this.picture.destroy();
  }

  get busy(): boolean {
    return this.#pending > 0 || (this.#expression?.busy ?? false) || this.#layers.fading;
  }

  /** Resolves when the picture shows what the view asks for. */
  async settled(): Promise<void> {
    await this.#showing;
    await this.#expression?.settled();
    await this.picture.settled();
  }

  /** Shows a slide, or what is new of it. `null` clears the stage. */
  show(slide: Slide | null): Promise<void> {
    this.#pending++;
    // At once: what the slide holds may be freed before the picture's turn comes.
    if (slide !== this.#slide || slide === null) this.#detach();
    this.#showing = this.#showing
      .then(() => this.#present(slide))
      .catch((thrown: unknown) => {
        if (!isAbort(thrown)) this.#onNotice(errorFacts(thrown, slide?.request.title ?? ""));
      })
      .finally(() => {
        this.#pending--;
      });
    return this.#showing;
  }

  countTopGenes(): Promise<void> {
    return this.#expression?.countTopGenes() ?? Promise.resolve();
  }

  /** The transcript at a screen position; undefined when none is near or none are drawn. */
  async pick(atPx: readonly [number, number], signal?: AbortSignal): Promise<PickedRow | undefined> {
    const source = this.#slide?.table?.source;
    const genes = this.#expression?.pickable();
    const camera = this.picture.camera();
    const at = this.picture.unproject(screenPx(atPx[0], atPx[1]));
    if (!source || genes === undefined || !camera || !at) return undefined;
    return source.pick(um(at[0], at[1]), PICK_RADIUS_PX * camera.umPerPx, genes, signal);
  }

  #detach(): void {
    this.#expression?.detach();
    this.#expression = null;
    this.#pick?.abort(new DOMException("superseded", "AbortError"));
    this.#layers.clear();
  }

  async #present(slide: Slide | null): Promise<void> {
    const before = this.#shown;
    if (slide !== this.#slide || slide === null) this.#detach();
    this.#slide = slide;
    if (!slide?.registration) {
      this.#shown = null;
      this.#placeFrame(null);
      this.#session.setState({ genes: null, filterSummary: null });
      await this.picture.clear();
      return;
    }
    const { registration } = slide;
    const content = {
      image: slide.image,
      umToImagePx: registration.umToImagePx,
      boundsUm: registration.boundsUm,
      overview: this.#overview?.slide === slide ? this.#overview.canvas : null,
      onImageDrawn: (canvas: HTMLCanvasElement) => this.#preview(slide, canvas),
    };
    const { camera } = this.#view.getState();
    if (before?.slide === slide && before.image !== null && before.image === slide.image?.tileSource) {
      this.picture.reframe(content);
    } else {
      await this.picture.show(content);
    }
    if (camera) this.picture.setCamera(camera, { animate: false });
    this.#shown = { slide, image: slide.image?.tileSource ?? null };
    this.#placeFrame(registration);
    this.#applyImage(this.#view.getState());
    this.#attach(slide, registration);
  }

  /** A document's frame is the image's pixels; without an image the registration's map is that of µm to themselves. */
  #placeFrame(registration: Registration | null): void {
    const umToFrame = (registration?.umToImagePx as Affine<"um", "frame"> | undefined) ?? null;
    this.#annotationStage.setPlace(umToFrame && { umToFrame, scaleKnown: registration?.scaleKnown ?? false });
    this.#annotations.setFrame((umToFrame && invertAffine(umToFrame)) ?? null);
  }

  #attach(slide: Slide, registration: Registration): void {
    const source = slide.table?.source;
    if (!source || this.#expression) return;
    this.#session.setState({
      genes: source.genes,
      filterSummary: null,
    });
    this.#layers.setGenes(source.genes);
    this.#expression = new ExpressionView(
      source,
      {
        camera: () => this.picture.camera() ?? undefined,
        viewArea: () => this.picture.viewArea(),
        onCamera: (listener) => this.picture.onCamera(listener),
        onSettled: (listener) => this.picture.onSettled(listener),
        draw: (scene) => this.#layers.draw(scene, this.#groundOf(slide)),
      },
      registration.boundsUm,
      this.#view,
      this.#session,
    );
    if (!slide.image && this.#overview?.slide !== slide) void this.#paintOverview(slide);
  }

  #groundOf(slide: Slide): Ground {
    if (slide.image && this.#view.getState().layers.image.visible)
      return slide.image.info.kind === "rgb" ? "stained" : "dark";
    return document.documentElement.getAttribute(COLOR_SCHEME) === "light" ? "white" : "dark";
  }

  /** A slide without an image: its expression, coarse, feeds the minimap and the tray. */
  async #paintOverview(slide: Slide): Promise<void> {
    const { table, registration } = slide;
    if (!table || !registration) return;
    const { boundsUm } = registration;
    try {
      const raster = await table.source.bins({
        shape: "square",
        binUm: overviewBinUm(boundsUm, table.source.info, OVERVIEW_PX),
        genes: null,
        versus: null,
        statistic: "sum",
        smoothUm: 0,
        boundsUm,
      });
      const canvas = paintOverview(raster, colormapRgba("cividis"));
      this.#overview = { slide, canvas };
      this.#preview(slide, canvas);
      if (this.#slide === slide) this.picture.setOverview(canvas);
    } catch (thrown) {
      if (!isAbort(thrown)) this.#onNotice(errorFacts(thrown, slide.request.title));
    }
  }

  /** What the tray shows of a slide that came without a picture of its own. */
  #preview(slide: Slide, canvas: HTMLCanvasElement): void {
    if (slide.request.previewUrl !== null) return;
    const previewUrl = canvas.toDataURL("image/png");
    this.#session.setState(({ slides }) => ({
      slides: slides.map((entry) => (entry.id === slide.id ? { ...entry, previewUrl } : entry)),
    }));
  }

  #viewChanged(now: ViewState, before: ViewState): void {
    if (now.layers.image !== before.layers.image || now.channels !== before.channels) this.#applyImage(now);
  }

  #applyImage(view: ViewState): void {
    this.picture.setImage(view.layers.image);
    const image = this.#slide?.image;
    if (image && view.channels) image.setChannels?.(view.channels);
  }

  #pointer(kind: "move" | "leave" | "click", atPx: readonly [number, number]): void {
    this.#pick?.abort(new DOMException("superseded", "AbortError"));
    if (kind === "leave") {
      this.#session.setState({ hover: null });
      return;
    }
    // Nothing pops up under a drawing hand.
    if (drawingStore.getState().tool !== "move") return;
    const controller = new AbortController();
    this.#pick = controller;
    this.pick(atPx, controller.signal)
      .then((row) => {
        if (controller.signal.aborted) return;
        const found = row ? { row, screenPx: [atPx[0], atPx[1]] as const } : null;
        if (kind === "click") this.#session.setState({ pinned: found, hover: null });
        else if (found !== null || this.#session.getState().hover !== null)
          this.#session.setState({ hover: found });
      })
      .catch((thrown: unknown) => {
        if (!isAbort(thrown) && !controller.signal.aborted) this.#onNotice(errorFacts(thrown, ""));
      });
  }
}

/** Calls back when the page has turned dark or light, which it does a while after it is told to. Returns what stops it. */
function onColorScheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: [COLOR_SCHEME] });
  return () => observer.disconnect();
}
