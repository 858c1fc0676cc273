interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
}

/** Values by key, the least recently used dropped when their bytes pass the bound. */
export class ByteLru<T> {
  /** What is kept now. */
  bytes = 0;
  private readonly limit: number;
  private readonly entries = new Map<string, Entry<T>>();

  constructor(limitBytes: number) {
    this.limit = limitBytes;
  }

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: T, bytes: number): void {
    this.drop(key);
    this.entries.set(key, { value, bytes });
    this.bytes += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.limit) break;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes;
  }
}
