// Ctrl-C and SIGTERM as an AbortSignal, for verbs that end cleanly.

/** Exit status of a verb that a signal ended. */
export const interrupted = 130;

/** Runs work that stops when its signal is aborted: at the first Ctrl-C or SIGTERM. The second ends the process at once.
 *  @returns What the work returns. */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(interrupted);
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
