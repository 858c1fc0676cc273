import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { filesRequest, urlsRequest } from "../../src/viewer/open-requests.ts";

const dropped = (...paths: string[]) => paths.map((path) => ({ path, file: new File([], path) }));

describe("files as one slide", () => {
  it("are called like the one file, or the folder that they share", () => {
    expect(filesRequest(dropped("outs/transcripts.csv")).title).toBe("transcripts.csv");
    expect(filesRequest(dropped("run/outs/a.csv", "run/outs/b.tif")).title).toBe("outs");
    expect(filesRequest(dropped("run/x/a.csv", "run/y/b.tif")).title).toBe("run");
    expect(filesRequest(dropped("a.csv", "b.tif")).title).toBe("a.csv");
  });

  it("are told of by name alone, and have no start view of their own", () => {
    const request = filesRequest(dropped("outs/a.csv", "outs/b.tif"));
    expect(request.origin).toEqual({ kind: "files", names: ["outs/a.csv", "outs/b.tif"] });
    expect(request.startView).toBeNull();
  });
});

describe("addresses as one slide", () => {
  beforeEach(() => vi.stubGlobal("document", { baseURI: "https://host.example/labs/viewer/" }));
  afterEach(() => vi.unstubAllGlobals());

  it("may be relative to the page, and are known by their decoded path", () => {
    const request = urlsRequest(["../data/a%20b.csv"], undefined);
    expect(request.files).toEqual([
      { kind: "url", path: "labs/data/a b.csv", url: "https://host.example/labs/data/a%20b.csv" },
    ]);
    expect(request.title).toBe("a b.csv");
    expect(request).toMatchObject({ startView: null, linkView: null });
  });

  it("keep the view of the link", () => {
    const link = JSON.stringify({ v: 1, bins: { binUm: 37 } });
    expect(urlsRequest(["a.csv"], link).linkView).toBe(link);
  });
});
