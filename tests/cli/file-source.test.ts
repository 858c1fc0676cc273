import { mkdtempSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { FileSource } from "../../src/cli/file-source.ts";

const folder = mkdtempSync(join(tmpdir(), "centiscope-file-"));
const bytes = Uint8Array.from({ length: 9_000_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);

test("any range is the file's own bytes, cut at its end; the stream is the whole", async () => {
  const path = join(folder, "whole.bin");
  writeFileSync(path, bytes);
  const source = new FileSource(path);
  expect(await source.size()).toBe(bytes.length);
  await fc.assert(
    fc.asyncProperty(fc.nat(9_100_000), fc.nat(70_000), async (start, length) => {
      const read = await source.read(start, start + length);
      expect(Buffer.compare(read, bytes.subarray(start, start + length))).toBe(0);
    }),
  );
  const pieces: Uint8Array[] = [];
  for await (const piece of source.stream()) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  await source.close();
});

test("a file that grows or shrinks while it is open is refused", async () => {
  for (const change of [
    (path: string) => writeFileSync(path, "longer than it was"),
    (path: string) => truncateSync(path, 3),
  ]) {
    const path = join(folder, "changes.bin");
    writeFileSync(path, "0123456789");
    const source = new FileSource(path);
    expect(new TextDecoder().decode(await source.read(2, 4))).toBe("23");
    change(path);
    await expect(source.read(0, 10)).rejects.toMatchObject({ facts: { code: "path-changed" } });
    await source.close();
  }
});

test("what cannot be opened is named, with the reason", async () => {
  await expect(new FileSource(join(folder, "none.gem")).size()).rejects.toMatchObject({
    facts: { code: "path-missing", params: { file: "none.gem" } },
  });
  await expect(new FileSource(folder, "a folder").read(0, 10)).rejects.toMatchObject({
    facts: { code: "path-unreadable", params: { file: "a folder", detail: "EISDIR" } },
  });
});

test("after it is closed nothing is read any more", async () => {
  const path = join(folder, "closed.bin");
  writeFileSync(path, "0123456789");
  const source = new FileSource(path);
  expect(await source.size()).toBe(10);
  await source.close();
  await expect(source.read(0, 1)).rejects.toMatchObject({ facts: { params: { detail: "closed" } } });
});
