// One process at a time at a file: set-up's own lock, which a kill does not leave behind.

interface Locks {
  acquire(
    file: string,
    options: { readonly onWait: () => void; readonly signal: AbortSignal },
  ): Promise<{ release(): void }>;
}

/** Runs work while no other process holds the lock; waits for it as long as it takes.
 *
 *  @param file The lock; its folder is made, and may be taken away by who had the lock before.
 *  @param signal Ends the waiting.
 *  @param work What to do.
 *  @returns What the work returns.
 *  @throws The signal's reason if it aborts; what the work throws. */
export async function locked<T>(
  file: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { acquire } = (await import(new URL("../../../bin/setup/lock.mjs", import.meta.url).href)) as Locks;
  const until = signal ?? new AbortController().signal;
  for (let tries = 0; ; tries++) {
    until.throwIfAborted();
    let lock: { release(): void };
    try {
      lock = await acquire(file, { onWait: () => {}, signal: until });
    } catch (error) {
      until.throwIfAborted();
      // the folder went away between two looks: who had the lock is done
      if ((error as NodeJS.ErrnoException).code === "ENOENT" && tries < 100) continue;
      throw error;
    }
    try {
      return await work();
    } finally {
      lock.release();
    }
  }
}
