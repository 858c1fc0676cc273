import { tidyJournal } from "../src/io/journal-trim.ts";
import { JournalFiles } from "./journal-files.ts";
import type { JournalAnswer, JournalCall, JournalResult } from "./journal-protocol.ts";

let files: Promise<JournalFiles> | undefined;

async function answer(request: JournalCall): Promise<JournalResult> {
  if (request.method === "open") files = JournalFiles.open(String(performance.timeOrigin + Math.random()));
  const journal = await files;
  if (!journal) throw new Error("the journal is not open");
  if (request.method === "read") return journal.read(request.settled);
  if (request.method === "append") await journal.append(request.entries);
  if (request.method === "tidy") await tidyJournal(request.database, journal, request.enoughBytes);
  if (request.method === "forget") await journal.forget(request.forgotten);
  if (request.method === "draft") await journal.keepDraft(request.draft);
  return null;
}

self.addEventListener("message", async ({ data }: MessageEvent<JournalCall>) => {
  const { call } = data;
  try {
    self.postMessage({ call, ok: true, content: await answer(data) } satisfies JournalAnswer);
  } catch (thrown) {
    const [name, message] =
      thrown instanceof Error ? [thrown.name, thrown.message] : ["Error", String(thrown)];
    self.postMessage({ call, ok: false, name, message } satisfies JournalAnswer);
  }
});
