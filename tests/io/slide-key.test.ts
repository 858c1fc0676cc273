import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { BlobSource } from "../../src/io/blob.ts";
import { slideKey } from "../../src/io/slide-key.ts";

const bytes = (length: number, salt = 0) => Uint8Array.from({ length }, (_, i) => (i * 7 + salt) & 255);
const file = (content: Uint8Array<ArrayBuffer>, name = "a.tif") => new BlobSource(new Blob([content]), name);

test("is the hash of size, first and last 64 KiB, and does not know names", async () => {
  const content = bytes(200_000);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(200_000n);
  const oracle = createHash("sha256")
    .update("centiscope slide 1\n")
    .update(size)
    .update(content.subarray(0, 65_536))
    .update(content.subarray(200_000 - 65_536))
    .digest("hex");
  expect(await slideKey([file(content)])).toBe(oracle);
  expect(await slideKey([file(content, "another name.svs")])).toBe(oracle);
});

test("takes no byte of a small file twice, and tells lengths, contents and numbers of files apart", async () => {
  const contents = [bytes(0), bytes(1), bytes(70_000), bytes(70_000, 1), bytes(140_000)];
  const keys = await Promise.all(contents.map((content) => slideKey([file(content)])));
  keys.push(await slideKey([file(bytes(1)), file(bytes(1))]), await slideKey([]));
  expect(new Set(keys).size).toBe(keys.length);
  const changed = bytes(70_000);
  changed[69_999] = 0xff;
  expect(await slideKey([file(changed)])).not.toBe(keys[2]);
});
