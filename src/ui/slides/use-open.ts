import { useMemo } from "react";
import type { Centiscope, DroppedFile } from "../../viewer/centiscope.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { chromeStore } from "../chrome.ts";
import { pickFiles } from "./dropped-files.ts";

/** Ways to open something; each leaves the start page. Failures arrive as notices and slide states. */
export function openers(centiscope: Centiscope) {
  const leaveStart = () => chromeStore.setState({ startOpen: false });
  const files = (chosen: readonly DroppedFile[]) => {
    if (chosen.length === 0) return;
    leaveStart();
    void centiscope.openFiles(chosen);
  };
  return {
    files,
    pickFiles: () => void pickFiles(false).then(files),
    pickFolder: () => void pickFiles(true).then(files),
    urls: (urls: readonly string[]) => {
      leaveStart();
      void centiscope.openUrls(urls);
    },
    sample: (id: string) => {
      leaveStart();
      void centiscope.openSample(id);
    },
    slide: (id: string) => {
      leaveStart();
      void centiscope.activate(id);
    },
  };
}

export function useOpen() {
  const centiscope = useCentiscope();
  return useMemo(() => openers(centiscope), [centiscope]);
}

/** Web addresses of a text, one a line; `badLine` is the first line (from 1) that is none. */
export function parseUrls(text: string): {
  readonly urls: readonly string[];
  readonly badLine: number | null;
} {
  const urls: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === "") continue;
    if (!URL.canParse(trimmed) || !/^https?:$/.test(new URL(trimmed).protocol)) {
      return { urls, badLine: index + 1 };
    }
    urls.push(trimmed);
  }
  return { urls, badLine: null };
}
