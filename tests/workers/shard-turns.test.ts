import { expect, it } from "vitest";
import { Turns } from "../../workers/shard-turns.ts";

it("lets questions overlap and changes stand alone, in the order asked", async () => {
  const turns = new Turns();
  const log: string[] = [];
  const job = (name: string) => async () => {
    log.push(`${name}<`);
    for (let i = 0; i < 5; i++) await Promise.resolve();
    log.push(`${name}>`);
  };
  await Promise.all([
    turns.share(job("a")),
    turns.share(job("b")),
    turns.alone(job("X")),
    turns.share(job("c")),
    turns.alone(job("Y")),
    turns.alone(job("Z")),
  ]);
  expect(log).toEqual(["a<", "b<", "a>", "b>", "X<", "X>", "c<", "c>", "Y<", "Y>", "Z<", "Z>"]);
});

it("goes on after a failure", async () => {
  const turns = new Turns();
  const fail = () => Promise.reject(new Error("no"));
  await expect(turns.alone(fail)).rejects.toThrow("no");
  await expect(turns.share(fail)).rejects.toThrow("no");
  expect(await turns.alone(async () => 1)).toBe(1);
});
