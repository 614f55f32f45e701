// Everything that is printed, whoever prints it, goes to the cell that made it.
import type { Origin } from "./origin.js";

/** Takes over process.stdout and process.stderr, and with them `console`.
 *  @param origin The origin of the code that is running. */
export function captureOutput(origin: () => Origin | undefined): void {
  for (const name of ["stdout", "stderr"] as const) {
    const plain = process[name].write.bind(process[name]);
    const write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((e?: Error) => void),
      done?: (e?: Error) => void,
    ): boolean => {
      const text =
        typeof chunk === "string"
          ? chunk
          : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString();
      const from = origin();
      if (!from) return plain(text);
      if (text !== "") from.text.write(name, text);
      const f = typeof encoding === "function" ? encoding : done;
      if (f) process.nextTick(f);
      return true;
    };
    process[name].write = write;
  }
}

/** Node's warnings about means that the kernel uses; they are no business of a cell. */
const ownWarnings =
  /USE_MAIN_CONTEXT_DEFAULT_LOADER|require\(\) of ES Module|Support for loading ES Module in require/;

/** Keeps warnings about the kernel's own means off the notebook. */
export function silenceOwnWarnings(): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (...args: unknown[]) => {
    const text = args[0] instanceof Error ? args[0].message : String(args[0]);
    if (!ownWarnings.test(text)) emit(...args);
  };
}
