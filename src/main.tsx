import { errorFacts } from "./core/errors.ts";
import { SAMPLE_LIST_PATH } from "./core/sample-list.ts";
import { preferencesStore } from "./state/preferences.ts";
import { sessionStore } from "./state/session.ts";
import { parseLink } from "./state/url.ts";
import { viewStore } from "./state/view.ts";
import { App } from "./viewer/app.ts";
import { createEmbedding } from "./viewer/embedding-api.ts";
import { syncLink } from "./viewer/link-sync.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

// Until the interface takes them, files that are dropped would make the browser leave the page.
for (const type of ["dragover", "drop"] as const) {
  window.addEventListener(type, (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}

// Evaluating a script takes as long as it is large: React, Mantine and the interface in a task each.
const libraries = [import("react-dom/client"), import("./ui/theme.ts")];
try {
  // What the browser keeps is reached without slides and graphics: these may be what does not work.
  if (new URLSearchParams(location.search).has("recover")) {
    const { mountRecovery } = await import("./ui/recovery/recovery-page.tsx");
    mountRecovery(root);
  } else {
    const app = startApp();
    const code = import("./ui/app.tsx");
    // Each is listened to while another is awaited.
    void Promise.allSettled([...libraries, code]);
    for (const part of libraries) await part;
    const { mountApp } = await code;
    mountApp(root, app);
  }
} catch (thrown) {
  sayNotLoaded(root);
  throw thrown;
}

function startApp(): App {
  const app = new App(viewStore, sessionStore, () =>
    preferencesStore.getState().language === "en" ? "en" : "zh",
  );
  window.centiscope = createEmbedding(
    app,
    viewStore,
    sessionStore,
    () => preferencesStore.getState().language,
  );

  preferencesStore.subscribe((now, before) => {
    if (now.language !== before.language && sessionStore.getState().slides.length > 0) {
      void app.relabel().catch((thrown: unknown) => app.notify(errorFacts(thrown, SAMPLE_LIST_PATH)));
    }
  });

  const link = parseLink(location.search);
  const view = link.view ?? undefined;
  if (link.sampleId !== null) void app.openSample(link.sampleId, view);
  else if (link.urls.length > 0) void app.openUrls(link.urls, view);
  else if (!savesData()) void app.prepare();
  syncLink(viewStore, sessionStore, () => app.linkTarget());
  return app;
}

/** The interface's own words came with what could not be loaded. */
function sayNotLoaded(at: HTMLElement): void {
  const words: readonly (readonly [lang: string, text: string])[] = [
    ["en", "Centiscope could not be loaded. Check the connection, then reload the page."],
    ["zh-CN", "Centiscope 未能加载。请检查网络连接，然后重新加载页面。"],
  ];
  at.replaceChildren(
    ...words.map(([lang, text]) => {
      const line = document.createElement("p");
      line.lang = lang;
      line.textContent = text;
      Object.assign(line.style, { margin: "2em", color: "#e6e8ec", font: "16px system-ui, sans-serif" });
      return line;
    }),
  );
  at.setAttribute("role", "alert");
}

/** The user asked the browser to load nothing ahead. */
function savesData(): boolean {
  return "connection" in navigator && (navigator.connection as { saveData?: boolean }).saveData === true;
}
