/** What the browser says of the room it gives this site. */
export interface StorageRoom {
  /** Null where it does not say. */
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
  /** True: kept until the person clears it. Null where the browser does not say. */
  readonly persisted: boolean | null;
}

/** Pages that are not served securely have no `navigator.storage`. */
const manager = (): StorageManager | undefined => navigator.storage as StorageManager | undefined;

export async function storageRoom(): Promise<StorageRoom> {
  const estimate = await manager()
    ?.estimate?.()
    .catch(() => null);
  const persisted = await manager()
    ?.persisted?.()
    .catch(() => null);
  return {
    usedBytes: estimate?.usage ?? null,
    quotaBytes: estimate?.quota ?? null,
    persisted: persisted ?? null,
  };
}

/** Asks the browser not to clear what this site keeps. False: it may. */
export async function askToKeep(): Promise<boolean> {
  return (
    (await manager()
      ?.persist?.()
      .catch(() => false)) ?? false
  );
}
