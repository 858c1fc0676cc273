import { type DBSchema, openDB } from "idb";
import { CentiscopeError } from "../core/errors.ts";
import { type FileFacts, type LinkedFile, type LinkStorage, sameFile } from "../core/linked-file.ts";
import { storageError } from "./storage-error.ts";

/** Of the File System Access draft (WICG), which libraries of types leave out. */
type WritableHandle = FileSystemFileHandle & {
  queryPermission(options: { mode: "readwrite" }): Promise<PermissionState>;
  requestPermission(options: { mode: "readwrite" }): Promise<PermissionState>;
  createWritable(options: { mode: "exclusive" }): Promise<FileSystemWritableFileStream>;
};

interface SavePicker {
  showSaveFilePicker(options: {
    readonly suggestedName: string;
    readonly types: readonly { readonly accept: Readonly<Record<string, readonly string[]>> }[];
  }): Promise<WritableHandle>;
}

const picker = (): SavePicker | null =>
  "showSaveFilePicker" in globalThis ? (globalThis as unknown as SavePicker) : null;

/** False where the browser lets no page write files: Firefox, Safari, pages over plain http. */
export const canLinkFiles = (): boolean => picker() !== null;

/** Lets the person choose a file; null when they chose none. */
export async function pickLinkedFile(suggestedName: string): Promise<LinkedFile | null> {
  try {
    const handle = await picker()?.showSaveFilePicker({
      suggestedName,
      types: [{ accept: { "application/geo+json": [".geojson"] } }],
    });
    return handle ? new HandleFile(handle) : null;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") return null;
    throw linkError(thrown, suggestedName);
  }
}

class HandleFile implements LinkedFile {
  readonly handle: WritableHandle;

  constructor(handle: WritableHandle) {
    this.handle = handle;
  }

  get name(): string {
    return this.handle.name;
  }

  access(): Promise<PermissionState> {
    return this.handle.queryPermission({ mode: "readwrite" });
  }

  async ask(): Promise<boolean> {
    return (await this.handle.requestPermission({ mode: "readwrite" })) === "granted";
  }

  async read(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.#file()).arrayBuffer());
  }

  async facts(): Promise<FileFacts> {
    const { lastModified, size } = await this.#file();
    return { lastModified, size };
  }

  async #file(): Promise<File> {
    try {
      return await this.handle.getFile();
    } catch (thrown) {
      throw linkError(thrown, this.name);
    }
  }

  async write(bytes: Uint8Array<ArrayBuffer>, expected: FileFacts | null): Promise<FileFacts> {
    let stream: FileSystemWritableFileStream | null = null;
    try {
      stream = await this.handle.createWritable({ mode: "exclusive" });
      await stream.write(bytes);
      // As late as can be: closing is what replaces the file.
      if (expected && !sameFile(await this.facts(), expected)) {
        throw new CentiscopeError("linked-changed", { file: this.name });
      }
      await stream.close();
    } catch (thrown) {
      await stream?.abort().catch(() => undefined);
      throw linkError(thrown, this.name);
    }
    return this.facts();
  }
}

function linkError(thrown: unknown, file: string): CentiscopeError {
  if (thrown instanceof CentiscopeError) return thrown;
  const [name, message] = thrown instanceof Error ? [thrown.name, thrown.message] : ["Error", String(thrown)];
  if (name === "NotFoundError") return new CentiscopeError("linked-changed", { file }, { cause: thrown });
  const detail = `${name}: ${message}`;
  return new CentiscopeError("linked-failed", { file, detail }, { cause: thrown, retryable: true });
}

interface Schema extends DBSchema {
  links: { key: string; value: { handle: WritableHandle; left: FileFacts | null; digest: string } };
}

/** Links in a database of their own: the browser keeps handles of files, and what it may do with them, nowhere else. */
export class LinkDatabase implements LinkStorage {
  async read(slideKey: string): ReturnType<LinkStorage["read"]> {
    const database = await openLinks();
    try {
      const found = await database.get("links", slideKey);
      return found ? { ...found, file: new HandleFile(found.handle) } : null;
    } finally {
      database.close();
    }
  }

  async write(slideKey: string, link: Parameters<LinkStorage["write"]>[1]): Promise<void> {
    const database = await openLinks();
    try {
      if (link === null) await database.delete("links", slideKey);
      else if (link.file instanceof HandleFile) {
        const { left, digest } = link;
        await database.put("links", { handle: link.file.handle, left, digest }, slideKey);
      }
    } catch (thrown) {
      throw storageError(thrown);
    } finally {
      database.close();
    }
  }
}

const openLinks = () =>
  openDB<Schema>("centiscope-links", 1, {
    upgrade: (database) => {
      database.createObjectStore("links");
    },
  });
