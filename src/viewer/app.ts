import { invertAffine } from "../core/affine.ts";
import type { Camera } from "../core/camera.ts";
import { umPerPxAt } from "../core/camera.ts";
import { type ErrorFacts, errorFacts } from "../core/errors.ts";
import type { RegionSums } from "../core/expression.ts";
import { mapArea, packArea } from "../core/packed-area.ts";
import type { Region } from "../core/region.ts";
import { um } from "../core/space.ts";
import type { RegionOptions } from "../io/expression-source.ts";
import type { SessionStore, SlideAnswer } from "../state/session.ts";
import { decodeView, encodeView, formatLink, type LinkTarget } from "../state/url.ts";
import { defaultView, type ViewState, type ViewStore } from "../state/view.ts";
import { AnnotationExchange } from "./annotation-exchange.ts";
import type { AnnotationKeeper } from "./annotation-keeper.ts";
import type { AnnotationStage } from "./annotation-stage.ts";
import type { CameraListener, Centiscope, CursorListener, DroppedFile, SampleCard } from "./centiscope.ts";
import { filesRequest, sampleRequest, urlsRequest } from "./open-requests.ts";
import type { Presenter } from "./presenter.ts";
import { PresenterHost } from "./presenter-host.ts";
import { SampleList, sampleCard, startView } from "./sample-cards.ts";
import { SlideAnnotations, type SlideInView } from "./slide-annotations.ts";
import type { Inspected } from "./slide-contract.ts";
import { prepareIo, slideIo } from "./slide-io.ts";
import { type OpenRequest, type Slide, type SlideEvent, Slides } from "./slides.ts";

/** Where the language of a sample's words comes from. */
export type LanguageOf = () => "en" | "zh";

/** The viewer's controller: opens slides, shows the active one, and answers what the interface asks. */
export class App implements Centiscope {
  readonly #view: ViewStore;
  readonly #session: SessionStore;
  readonly #language: LanguageOf;
  readonly slides: Slides;
  readonly slideAnnotations: SlideAnnotations;
  readonly #host: PresenterHost;
  readonly #exchange: AnnotationExchange;
  readonly #samples = new SampleList();
  #lookedUp = 0;
  #notice = 1;
  /** The slide whose view stands in the store; null from when it is left until the next is entered. */
  #entered: Slide | null = null;
  readonly #cameraListeners = new Set<CameraListener>();
  readonly #cursorListeners = new Set<CursorListener>();

  constructor(view: ViewStore, session: SessionStore, language: LanguageOf) {
    this.#view = view;
    this.#session = session;
    this.#language = language;
    this.slides = new Slides(session, slideIo, (slide, what) => this.#slideChanged(slide, what));
    this.slideAnnotations = new SlideAnnotations(
      () => this.#slideInView(),
      (thrown, title) => this.notify(errorFacts(thrown, title)),
    );
    this.#exchange = new AnnotationExchange(
      () => this.annotationStage.place,
      () => this.slideAnnotations.entered(),
    );
    this.#host = new PresenterHost(view, session, {
      attached: (presenter) => this.#attached(presenter),
      failed: (thrown) => this.notify(errorFacts(thrown, "Centiscope")),
      notice: (facts) => this.notify(facts),
    });
  }

  get presenter(): Presenter | null {
    return this.#host.presenter;
  }

  /** Brings annotations from files and to files. */
  get exchange(): AnnotationExchange {
    return this.#exchange;
  }

  get annotationStage(): AnnotationStage {
    return this.#host.annotationStage;
  }

  /** Keeps what is drawn. */
  /** True while the picture's code is on its way. */
  get mounting(): boolean {
    return this.#host.mounting;
  }

  /** Makes the first opening quick, while the start page has nothing to do. */
  async prepare(): Promise<void> {
    await this.#host.prepare();
    // Without a network the opening of a slide tries again, and says so.
    await prepareIo().catch(() => undefined);
  }

  annotations(): Promise<AnnotationKeeper> {
    return this.slideAnnotations.keeper();
  }

  async samples(): Promise<readonly SampleCard[]> {
    return (await this.#samples.read()).map(sampleCard);
  }

  /** True while a sample is asked for that is not in the tray yet: the list of them is read first. */
  get looksUpSample(): boolean {
    return this.#lookedUp > 0;
  }

  async openSample(id: string, view?: string): Promise<void> {
    this.#lookedUp++;
    try {
      const samples = await this.#samples.read().finally(() => this.#lookedUp--);
      const sample = samples.find((entry) => entry.id === id);
      if (!sample) return;
      await this.#open(sampleRequest(sample, this.#language(), view));
    } catch (thrown) {
      this.notify(errorFacts(thrown, id));
    }
  }

  async openFiles(files: readonly DroppedFile[]): Promise<void> {
    if (files.length === 0) return;
    await this.#open(filesRequest(files));
  }

  async openUrls(urls: readonly string[], view?: string): Promise<void> {
    if (urls.length === 0) return;
    await this.#open(urlsRequest(urls, view));
  }

  /** Writes the samples' titles in the language of now. */
  async relabel(): Promise<void> {
    const language = this.#language();
    const samples = new Map((await this.#samples.read()).map((sample) => [sample.id, sample]));
    for (const { id, origin } of this.#session.getState().slides) {
      const sample = origin.kind === "sample" ? samples.get(origin.sampleId) : undefined;
      if (sample)
        this.slides.patch(id, { title: sample.title[language], subtitle: sample.subtitle[language] });
    }
  }

  cancel(slideId: string): void {
    this.slides.cancel(slideId);
  }

  retry(slideId: string): Promise<void> {
    return this.slides.retry(slideId);
  }

  async answer(slideId: string, answer: SlideAnswer): Promise<void> {
    this.slides.answer(slideId, answer);
  }

  async activate(slideId: string): Promise<void> {
    const { activeId } = this.#session.getState();
    const next = this.slides.get(slideId);
    if (!next || activeId === slideId) return;
    this.#keepView();
    this.#entered = null;
    this.#session.setState({ activeId: slideId, genes: null, filterSummary: null });
    this.slideAnnotations.enter();
    await this.presenter?.show(null);
    // Another was activated meanwhile.
    if (this.#session.getState().activeId !== slideId) return;
    this.#enter(next);
    await this.presenter?.show(next);
  }

  closeSlide(slideId: string): void {
    this.slides.close(slideId);
  }

  mount(stage: HTMLElement, minimap: HTMLElement): () => void {
    return this.#host.mount(stage, minimap);
  }

  #attached(presenter: Presenter): () => void {
    const stopCamera = presenter.picture.onCamera((camera) => {
      for (const listener of this.#cameraListeners) listener(camera);
    });
    const stopCursor = presenter.picture.onCursor((at) => {
      for (const listener of this.#cursorListeners) listener(at);
    });
    const active = this.#activeSlide();
    if (active) {
      this.#enter(active);
      void presenter.show(active);
    }
    return () => {
      stopCamera();
      stopCursor();
      this.#keepView();
    };
  }

  camera(): Camera | null {
    return this.presenter?.picture.camera() ?? null;
  }

  setCamera(camera: Partial<Camera>, options?: { readonly animate?: boolean }): void {
    this.presenter?.picture.setCamera(camera, { animate: options?.animate ?? true });
  }

  project(at: readonly [number, number]): readonly [number, number] | null {
    return this.presenter?.picture.project(um(at[0], at[1])) ?? null;
  }

  onCamera(listener: CameraListener): () => void {
    this.#cameraListeners.add(listener);
    const camera = this.camera();
    if (camera) listener(camera);
    return () => this.#cameraListeners.delete(listener);
  }

  onCursor(listener: CursorListener): () => void {
    this.#cursorListeners.add(listener);
    return () => this.#cursorListeners.delete(listener);
  }

  fit(): void {
    this.presenter?.picture.fit();
  }

  zoomBy(factor: number): void {
    this.presenter?.picture.zoomBy(factor);
  }

  panBy(dxPx: number, dyPx: number): void {
    this.presenter?.picture.panBy(dxPx, dyPx);
  }

  rotateBy(degrees: number): void {
    this.presenter?.picture.rotateBy(degrees);
  }

  flip(): void {
    this.presenter?.picture.flip();
  }

  setMagnification(times: number): void {
    this.setCamera({ umPerPx: umPerPxAt(times) });
  }

  oneToOneUmPerPx(): number | null {
    const slide = this.#activeSlide();
    const transform = slide?.registration?.umToImagePx;
    if (slide?.image && transform)
      return 1 / Math.sqrt(Math.abs(transform.a * transform.d - transform.b * transform.c));
    return slide?.table?.source.info.pitchUm ?? null;
  }

  async countRegion(region: Region, options?: RegionOptions): Promise<RegionSums | null> {
    const source = this.#activeSlide()?.table?.source;
    const { place } = this.annotationStage;
    const toUm = place && invertAffine(place.umToFrame);
    if (!source || !toUm) return null;
    return source.countRegion(mapArea(toUm, packArea(region)), options);
  }

  async countTopGenes(): Promise<void> {
    try {
      await this.presenter?.countTopGenes();
    } catch (thrown) {
      this.notify(errorFacts(thrown, this.#activeSlide()?.request.title ?? ""));
    }
  }

  async screenshot(): Promise<Blob> {
    if (!this.presenter) throw new Error("No slide is shown.");
    return this.presenter.picture.screenshot();
  }

  link(): string | null {
    const target = this.linkTarget();
    return target && new URL(`${location.pathname}${formatLink(target)}`, location.href).href;
  }

  /** What the address bar should say; null when the active slide came from files on this machine. */
  linkTarget(): LinkTarget | null {
    const slide = this.#activeSlide();
    if (!slide) return { sampleId: null, urls: [], view: null };
    const { origin } = slide.request;
    if (origin.kind === "files") return null;
    const view = this.#linkView(slide);
    return origin.kind === "sample"
      ? { sampleId: origin.sampleId, urls: [], view }
      : { sampleId: null, urls: origin.urls, view };
  }

  /** Until a slide is first shown its link says what it said: a reload meanwhile, or a failure, must not lose it. */
  #linkView(slide: Slide): string | null {
    if (!slide.startView) return slide.request.linkView;
    const view = this.#entered === slide ? this.#view.getState() : slide.view;
    return view && encodeView(view, [defaultView, slide.startView]);
  }

  notify(facts: ErrorFacts): void {
    const id = `notice-${this.#notice++}`;
    this.#session.setState(({ notices }) => ({
      notices: [...notices.slice(-19), { id, level: "error" as const, facts }],
    }));
  }

  dismissNotice(id: string): void {
    this.#session.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
  }

  #activeSlide(): Slide | undefined {
    const { activeId } = this.#session.getState();
    return activeId === null ? undefined : this.slides.get(activeId);
  }

  async #open(request: OpenRequest): Promise<void> {
    this.#host.want();
    const { id, done } = this.slides.open(request);
    await this.activate(id);
    await done;
  }

  #keepView(): void {
    if (this.#entered?.view) this.#entered.view = this.#view.getState();
  }

  /**
   * Puts a slide's view into the store: as it was left; its start view once all of it is loaded; until then the
   * defaults, so that a link's camera waits for the frame that it was written in.
   */
  #enter(slide: Slide): void {
    this.#entered = slide;
    if (slide.view) {
      this.#view.setState(slide.view, true);
      return;
    }
    const { panel, panels } = this.#view.getState();
    if (!slide.registration || !this.#isComplete(slide)) {
      this.#view.setState({ ...defaultView, panel, panels }, true);
      return;
    }
    const readyBinsUm = slide.table?.source.info.readyBinsUm ?? null;
    const start = startView(defaultView, slide.registration.boundsUm, readyBinsUm);
    const base: ViewState = { ...start, panel, panels };
    const { startView: ofSlide, linkView } = slide.request;
    slide.startView = ofSlide?.(base) ?? base;
    slide.view = linkView === null ? slide.startView : decodeView(linkView, slide.startView);
    this.#view.setState(slide.view, true);
  }

  /** True when the table is there, or none is coming. */
  #isComplete(slide: Slide): boolean {
    const entry = this.#session.getState().slides.find(({ id }) => id === slide.id);
    return (
      slide.table !== null || entry?.expression.status === "idle" || entry?.expression.status === "failed"
    );
  }

  /**
   * What the slide's annotations belong to; null until it is known. Of an image that could not be opened none are
   * shown: there is nothing to lay their pixels on.
   */
  #shownParts(slide: Slide): Inspected | null {
    const entry = this.#session.getState().slides.find(({ id }) => id === slide.id);
    if (!slide.parts || entry?.image.status === "loading") return null;
    return { ...slide.parts, image: slide.image ? slide.parts.image : null };
  }

  #slideInView(): SlideInView | null {
    const slide = this.#activeSlide();
    if (!slide) return null;
    const asked = this.#session
      .getState()
      .slides.some(({ id, question }) => id === slide.id && question !== null);
    const loading = this.slides.busy || asked;
    return { title: slide.request.title, parts: this.#shownParts(slide), loading };
  }

  #slideChanged(slide: Slide, what: SlideEvent): void {
    if (this.#session.getState().activeId !== slide.id) return;
    if (what === "closed") {
      this.#entered = null;
      this.#session.setState({ activeId: null, genes: null, filterSummary: null });
      const next = this.#session.getState().slides.at(-1);
      if (next) void this.activate(next.id);
      else {
        this.slideAnnotations.enter();
        void this.presenter?.show(null);
      }
      return;
    }
    if (what === "reset") {
      void this.presenter?.show(null);
      return;
    }
    if (what === "image" || what === "loaded") this.slideAnnotations.enter();
    if (what === "loaded" && slide.view !== null) return;
    if (slide.view === null) this.#enter(slide);
    void this.presenter?.show(slide);
  }
}
