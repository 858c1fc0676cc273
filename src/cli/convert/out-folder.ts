import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { CentiscopeError } from "../../core/errors.ts";
import { MANIFEST_FILE } from "../../store/store-manifest.ts";
import { writeFailure } from "./node-folder.ts";

/**
 * The file that tells a folder of this code's making from a user's own of that name. It names its holder: the process's
 * number, the host and a name that only this hold has, since a process in a container has the number of every other.
 */
const LOCK = "centiscope-convert.lock";
/** What this process holds, by the last of those names. */
const held = new Set<string>();
/** What every manifest begins with (SPEC §1). */
const MANIFEST_START = '{"format":"centiscope-store"';

/**
 * The folder `OUT.part` beside a store, in which it is made: in it lie the new store, scratch, a plan and its parts,
 * and the store that is being replaced.
 */
export class OutFolder {
  readonly out: string;
  readonly work: string;
  /** The new store, until it takes its name. */
  readonly store: string;
  readonly scratch: string;
  /** The plan of a conversion in parts. */
  readonly plan: string;
  /** The lock's name while this object holds the folder, or has lost it to another. */
  private hold: string | undefined;

  constructor(out: string) {
    this.out = out;
    this.work = `${out}.part`;
    this.store = join(this.work, "store");
    this.scratch = join(this.work, "scratch");
    this.plan = join(this.work, "plan.json");
  }

  get isPlanned(): boolean {
    return existsSync(this.plan);
  }

  /** True when a store is there that may be replaced; nothing but a store ever is. */
  checkTarget(force: boolean): boolean {
    if (!existsSync(this.out)) return false;
    const file = basename(this.out);
    if (!force) throw new CentiscopeError("path-exists", { file });
    if (!isStore(this.out)) throw new CentiscopeError("convert-not-store", { file });
    return true;
  }

  /** Ends what a run that is no more has left; refuses while it lives, and when the folder is not of its making. */
  clearStale(): void {
    if (!existsSync(this.work)) return;
    const names = statSync(this.work).isDirectory() ? readdirSync(this.work) : null;
    if (names?.length === 0) {
      rmdirSync(this.work);
      return;
    }
    const facts = { file: basename(this.out), part: basename(this.work) };
    if (!names?.includes(LOCK)) {
      throw new CentiscopeError(this.isPlanned ? "convert-planned" : "convert-part", facts);
    }
    const owner = this.owner();
    if (isAlive(owner)) throw this.busy(owner.process);
    // A plan outlives the process that ended its parts, or made it.
    if (this.isPlanned) throw new CentiscopeError("convert-planned", facts);
    this.remove();
  }

  /** Makes the folder to work in, for this process alone. */
  take(): void {
    let made = false;
    try {
      mkdirSync(dirname(this.work), { recursive: true });
      mkdirSync(this.work);
      made = true;
      this.lock();
      mkdirSync(this.scratch);
    } catch (thrown) {
      if (made) rmSync(this.work, { recursive: true, force: true });
      throw this.lockFailure(thrown);
    }
  }

  /** Takes a planned folder, to end it: no other process may do so until `unlock`. */
  takePlanned(): void {
    const lock = join(this.work, LOCK);
    if (existsSync(lock)) {
      const owner = this.owner();
      if (isAlive(owner)) throw this.busy(owner.process);
      rmSync(lock, { force: true });
    }
    try {
      this.lock();
    } catch (thrown) {
      throw this.lockFailure(thrown);
    }
  }

  /** Leaves the folder to others; one that another has taken since stays taken. */
  unlock(): void {
    if (this.isTaken) return;
    rmSync(join(this.work, LOCK), { force: true });
    if (this.hold) held.delete(this.hold);
    this.hold = undefined;
  }

  /**
   * Throws `convert-taken` when another machine has taken the folder since this object did: whether a process on another
   * machine lives cannot be seen from here, so the later one goes on, and the earlier one ends without touching anything.
   */
  checkHeld(): void {
    if (!this.isTaken) return;
    throw new CentiscopeError("convert-taken", { file: basename(this.out), part: basename(this.work) });
  }

  /** Gives the new store its name; the one that it replaces is moved aside first. */
  publish(replaces: boolean): void {
    flushFolders(this.store);
    this.checkHeld();
    if (replaces) renameSync(this.out, this.replaced);
    renameSync(this.store, this.out);
    flushFolder(dirname(this.out));
  }

  /**
   * Puts back a store that was moved aside and not replaced, and removes the rest; the lock goes last. A folder that
   * another has taken is left alone.
   */
  remove(): void {
    if (this.isTaken) return;
    if (existsSync(this.replaced) && !existsSync(this.out)) renameSync(this.replaced, this.out);
    // Without its plan a folder is nobody's.
    rmSync(this.plan, { force: true });
    for (const name of readdirSync(this.work)) {
      if (name !== LOCK) rmSync(join(this.work, name), { recursive: true, force: true });
    }
    this.unlock();
    rmdirSync(this.work);
  }

  private get replaced(): string {
    return join(this.work, "replaced");
  }

  private lock(): void {
    const name = randomUUID();
    writeFileSync(join(this.work, LOCK), `${process.pid} ${hostname()} ${name}`, { flag: "wx" });
    this.hold = name;
    held.add(name);
  }

  /** True when this object held the folder and does not any more. */
  private get isTaken(): boolean {
    return this.hold !== undefined && this.owner().name !== this.hold;
  }

  private lockFailure(thrown: unknown): CentiscopeError {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return this.busy("?");
    return writeFailure(basename(this.out), thrown);
  }

  private owner(): Holder {
    const lock = join(this.work, LOCK);
    const [number, host, name] = existsSync(lock) ? readFileSync(lock, "utf8").split(" ") : [];
    return { process: Number(number || Number.NaN), host, name };
  }

  private busy(owner: number | string): CentiscopeError {
    return new CentiscopeError("convert-busy", {
      file: basename(this.out),
      process: owner,
      part: basename(this.work),
    });
  }
}

/** True for a folder whose manifest is a store's; other tools write a `manifest.json` too. */
function isStore(folder: string): boolean {
  const path = join(folder, MANIFEST_FILE);
  if (!existsSync(path)) return false;
  const descriptor = openSync(path, "r");
  try {
    const head = Buffer.alloc(MANIFEST_START.length);
    readSync(descriptor, head, 0, head.length, 0);
    return head.toString("latin1") === MANIFEST_START;
  } finally {
    closeSync(descriptor);
  }
}

/** Who holds a folder; a lock of version 0.1 says the process alone. */
interface Holder {
  readonly process: number;
  readonly host: string | undefined;
  readonly name: string | undefined;
}

function isAlive({ process: pid, host, name }: Holder): boolean {
  if (host !== undefined && host !== hostname()) return false;
  // A killed run's number is taken again: in containers by the very next run.
  if (pid === process.pid && name !== undefined) return held.has(name);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Makes the names in a folder and all below it lasting. */
export function flushFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) flushFolders(join(folder, entry.name));
  }
  flushFolder(folder);
}

export function flushFolder(folder: string): void {
  // Windows cannot open folders; its renames are lasting by themselves.
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
