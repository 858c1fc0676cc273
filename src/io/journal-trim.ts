import type { Entry, TrimmedJournal } from "../core/annotation-storage.ts";
import { Condenser } from "../core/condense.ts";
import { readRecords, readSlide } from "./annotation-salvage.ts";
import { type Database, openDatabase } from "./annotation-schema.ts";
import { packEntries } from "./packed-operation.ts";

/**
 * Puts what stands in the place of every step that led there, in the second copy: the database has the steps. Nothing
 * is trimmed of which the database does not hold every step, whole.
 */
export async function tidyJournal(name: string, journal: TrimmedJournal, enoughBytes: number): Promise<void> {
  const database = await openDatabase(name, {
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
  try {
    await trim(database, journal, enoughBytes);
  } finally {
    database.close();
  }
}

async function trim(database: Database, journal: TrimmedJournal, enoughBytes: number): Promise<void> {
  const survey = await journal.survey(await database.getAllKeys("settled"), enoughBytes);
  if (!survey) return;
  const entries: Entry[] = [];
  const stands = new Map<string, Set<string>>();
  for (const [slideKey, opIds] of survey.opIds) {
    const slide = await readSlide(database, slideKey);
    const condenser = new Condenser();
    const known = new Set<string>();
    for await (const { operations, damaged } of readRecords(database, slideKey)) {
      if (damaged.length > 0) return;
      for (const one of operations) condenser.add(one);
      for (const { opId } of operations) known.add(opId);
    }
    if (!slide || opIds.some((opId) => !known.has(opId))) return;
    stands.set(slideKey, known);
    for (const operation of condenser.end()) entries.push({ operation, slide, endsDraft: null });
  }
  const name = await journal.trim(survey.files, await packEntries(entries), stands);
  await database.put("settled", true, name);
  for (const file of survey.files) await database.delete("settled", file);
}
