import type { Camera } from "../../../src/core/camera.ts";
import { umPerPxAt } from "../../../src/core/camera.ts";
import { sessionStore } from "../../../src/state/session.ts";
import { AnnotationExchange } from "../../../src/viewer/annotation-exchange.ts";
import { AnnotationStage } from "../../../src/viewer/annotation-stage.ts";
import type {
  CameraListener,
  Centiscope,
  CursorListener,
  SampleCard,
} from "../../../src/viewer/centiscope.ts";

interface SampleJson {
  readonly samples: readonly (Omit<SampleCard, "previewUrl"> & { readonly preview: string })[];
}

/** Stands in for the controller: a still picture, a camera that answers, and a record of what was asked. */
export function createFakeCentiscope(pictureUrl: string | null) {
  const calls: string[] = [];
  const cameras = new Set<CameraListener>();
  const cursors = new Set<CursorListener>();
  let camera: Camera = { centerUm: [3750, 2750], umPerPx: 7.9, rotationDeg: 0, flipped: false };
  let picture: HTMLElement | null = null;

  const show = () => {
    if (picture) {
      const zoom = 7.9 / camera.umPerPx;
      picture.style.transform = `${camera.flipped ? "scaleX(-1) " : ""}rotate(${camera.rotationDeg}deg) scale(${zoom})`;
    }
    for (const listener of cameras) listener(camera);
  };
  const move = (change: Partial<Camera>) => {
    camera = { ...camera, ...change };
    show();
  };
  const record = (name: string) => {
    calls.push(name);
    return Promise.resolve();
  };

  const centiscope: Centiscope = {
    annotations: () => Promise.reject(new Error("the harness keeps nothing")),
    exchange: new AnnotationExchange(
      () => null,
      async () => undefined,
    ),
    notify: (facts) => void record(`notify ${facts.code}`),
    countRegion: () => Promise.resolve(null),
    annotationStage: new AnnotationStage(),
    samples: async () => {
      const json = (await (await fetch("/samples/index.json")).json()) as SampleJson;
      return json.samples.map((card) => ({ ...card, previewUrl: `/samples/${card.preview}` }));
    },
    openSample: (id) => record(`openSample ${id}`),
    openFiles: (files) => record(`openFiles ${files.map((file) => file.path).join(",")}`),
    openUrls: (urls) => record(`openUrls ${urls.join(",")}`),
    cancel: (id) => void record(`cancel ${id}`),
    retry: (id) => record(`retry ${id}`),
    answer: (id, answer) => record(`answer ${id} ${JSON.stringify(answer)}`),
    activate: (id) => {
      sessionStore.setState({ activeId: id });
      return record(`activate ${id}`);
    },
    closeSlide: (id) => {
      sessionStore.setState((session) => ({
        slides: session.slides.filter((slide) => slide.id !== id),
        activeId: session.activeId === id ? null : session.activeId,
      }));
      void record(`closeSlide ${id}`);
    },
    mount: (stage, minimap) => {
      if (pictureUrl) {
        picture = document.createElement("img");
        (picture as HTMLImageElement).src = pictureUrl;
        (picture as HTMLImageElement).alt = "";
        picture.style.cssText = "width:100%;height:100%;object-fit:contain;image-rendering:pixelated";
        stage.append(picture);
        const overview = picture.cloneNode() as HTMLImageElement;
        minimap.append(overview);
      }
      stage.style.overflow = "hidden";
      const onMove = (event: PointerEvent) => {
        const at = {
          xUm: event.offsetX * camera.umPerPx,
          yUm: event.offsetY * camera.umPerPx,
          xImagePx: null,
          yImagePx: null,
        };
        for (const listener of cursors) listener(at);
      };
      stage.addEventListener("pointermove", onMove);
      return () => {
        stage.removeEventListener("pointermove", onMove);
        stage.replaceChildren();
        minimap.replaceChildren();
      };
    },
    camera: () => camera,
    setCamera: move,
    project: ([x, y]) => [x, y],
    onCamera: (listener) => {
      cameras.add(listener);
      return () => cameras.delete(listener);
    },
    onCursor: (listener) => {
      cursors.add(listener);
      return () => cursors.delete(listener);
    },
    fit: () => move({ umPerPx: 7.9, rotationDeg: 0 }),
    zoomBy: (factor) => move({ umPerPx: camera.umPerPx / factor }),
    panBy: (dx, dy) => void record(`panBy ${dx},${dy}`),
    rotateBy: (degrees) => move({ rotationDeg: (camera.rotationDeg + degrees + 360) % 360 }),
    flip: () => move({ flipped: !camera.flipped }),
    setMagnification: (times) => move({ umPerPx: umPerPxAt(times) }),
    oneToOneUmPerPx: () => 0.2125,
    countTopGenes: () => {
      const genes = sessionStore.getState().genes;
      if (genes) {
        sessionStore.setState({
          topGenes: genes.names
            .slice(0, 60)
            .map((name, code) => ({ code, name, count: genes.totals[code]! })),
        });
      }
      return record("countTopGenes");
    },
    screenshot: async () => new Blob(),
    link: () => "https://example.org/?open=xenium&view=1",
    dismissNotice: (id) =>
      sessionStore.setState((session) => ({
        notices: session.notices.filter((notice) => notice.id !== id),
      })),
  };
  return { centiscope, calls };
}
