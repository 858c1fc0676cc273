import type { AnnotationDocument } from "../core/annotation.ts";
import { CentiscopeError, errorFacts } from "../core/errors.ts";
import { type LinkedFile, type LinkStorage, type StoredLink, sameFile } from "../core/linked-file.ts";
import { sha256 } from "../core/sha256.ts";
import type { DocumentStore, LinkState } from "./document.ts";
import type { History } from "./history.ts";

export interface FileLinkParts {
  readonly store: DocumentStore;
  readonly history: History;
  readonly storage: LinkStorage;
  /** The document as the file's bytes. */
  readonly encode: (document: AnnotationDocument) => Promise<Uint8Array<ArrayBuffer>>;
  /** Runs the work when no window is at the same. */
  readonly inTurn: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

/** The file of one slide: what is to be in it, and what is. */
interface Target {
  readonly slideKey: string;
  readonly file: LinkedFile;
  wanted: AnnotationDocument | null;
  written: AnnotationDocument | null;
  /** Replace the file whatever it has become: the person said so. */
  force: boolean;
  running: boolean;
}

/**
 * Writes the slide in view to a file of the person's own after every step that is on the disk. Of steps that come
 * faster than the file is written the last is written; one writer at a time, in all windows. What was changed from
 * outside is never written over unasked.
 */
export class FileLink {
  readonly #parts: FileLinkParts;
  readonly #running = new Set<Target>();
  #target: Target | null = null;
  #opening = 0;

  constructor(parts: FileLinkParts) {
    this.#parts = parts;
    parts.store.subscribe(() => this.#follow());
  }

  /** A step is on its way to a file. */
  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Goes on with the file that the slide was linked to. */
  async open(slideKey: string): Promise<void> {
    const opening = ++this.#opening;
    const link = await this.#parts.storage.read(slideKey).catch(() => null);
    const access = await link?.file.access().catch(() => "denied");
    if (link && this.#opening === opening) {
      this.#aim(slideKey, link.file, { status: access === "granted" ? "written" : "asks" });
    }
  }

  /** Another slide comes into view; what stands on this one is still written. */
  leave(): void {
    this.#opening += 1;
    const target = this.#target;
    const { base } = this.#parts.history;
    if (target && base.slideKey === target.slideKey && this.#status() !== "asks") this.#want(target, base);
    this.#target = null;
    this.#parts.store.setState({ linked: null });
  }

  /** Links the slide in view to a file, which is written at once. */
  async link(file: LinkedFile): Promise<void> {
    const { slideKey } = this.#parts.history.base;
    if (slideKey === "") return;
    const opening = this.#opening;
    await this.#parts.storage.write(slideKey, { file, left: null, digest: "" });
    if (this.#opening === opening) this.#aim(slideKey, file, { status: "written", force: true });
  }

  /** The file stays as it is, and is written no more. */
  async unlink(): Promise<void> {
    const target = this.#target;
    if (!target) return;
    this.#target = null;
    this.#parts.store.setState({ linked: null });
    await this.#parts.storage.write(target.slideKey, null);
  }

  /** Tries again what failed, asking for leave where that is what is missing. Called by a click. */
  async retry(): Promise<void> {
    const target = this.#target;
    if (!target) return;
    const granted =
      (await target.file.access().catch(() => "denied")) === "granted" ||
      (await target.file.ask().catch(() => false));
    this.#say(granted ? "written" : "asks");
  }

  /** Replaces what the file has become. */
  overwrite(): void {
    if (this.#target) this.#target.force = true;
    this.#say("written");
  }

  /** What the file holds now. */
  async content(): Promise<Uint8Array<ArrayBuffer> | null> {
    return (await this.#target?.file.read()) ?? null;
  }

  /** What it says is followed, so that the writing begins with it. */
  #aim(
    slideKey: string,
    file: LinkedFile,
    { status, force = false }: { readonly status: LinkState["status"]; readonly force?: boolean },
  ): void {
    this.#target = { slideKey, file, wanted: null, written: null, force, running: false };
    this.#say(status);
  }

  #follow(): void {
    const { saved, loading } = this.#parts.store.getState();
    const target = this.#target;
    const { base } = this.#parts.history;
    const status = this.#status();
    if (!target || saved !== "saved" || loading || base.slideKey !== target.slideKey) return;
    if (status === "asks" || status === "changed" || typeof status === "object") return;
    this.#want(target, base);
  }

  #want(target: Target, document: AnnotationDocument): void {
    if (target.wanted === document && (target.running || !target.force)) return;
    target.wanted = document;
    if (!target.running) void this.#run(target);
  }

  async #run(target: Target): Promise<void> {
    target.running = true;
    this.#running.add(target);
    this.#say("writing", target);
    try {
      while (target.wanted && (target.wanted !== target.written || target.force)) {
        const document = target.wanted;
        const { force } = target;
        target.force = false;
        await this.#parts.inTurn(`file:${target.slideKey}`, () => this.#write(target, document, force));
        target.written = document;
      }
      this.#say("written", target);
    } catch (thrown) {
      target.wanted = target.written;
      const { code } = thrown instanceof CentiscopeError ? thrown.facts : { code: "" };
      const access = await target.file.access().catch(() => "granted");
      if (code === "linked-changed") this.#say("changed", target);
      else
        this.#say(access === "granted" ? { failed: errorFacts(thrown, target.file.name) } : "asks", target);
    } finally {
      target.running = false;
      this.#running.delete(target);
    }
  }

  async #write(target: Target, document: AnnotationDocument, force: boolean): Promise<void> {
    const { storage, encode } = this.#parts;
    const { slideKey, file } = target;
    // Another window may have written it since.
    const link: StoredLink | null = await storage.read(slideKey);
    const left = link?.left ?? null;
    const bytes = await encode(document);
    const digest = sha256(bytes);
    if (!force && left) {
      if (!sameFile(await file.facts(), left))
        throw new CentiscopeError("linked-changed", { file: file.name });
      if (link?.digest === digest) return;
    }
    const after = await file.write(bytes, force ? null : left);
    // Not when the person has ended the link meanwhile.
    if (await storage.read(slideKey)) await storage.write(slideKey, { file, left: after, digest });
  }

  #status(): LinkState["status"] | null {
    return this.#parts.store.getState().linked?.status ?? null;
  }

  #say(status: LinkState["status"], target = this.#target): void {
    if (!target || target !== this.#target) return;
    this.#parts.store.setState({ linked: { name: target.file.name, status } });
  }
}
