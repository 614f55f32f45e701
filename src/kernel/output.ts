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

/** Shows each warning as one line, "Name: message": Node's own line begins with the number of a process, which differs in every run, and
 *  ends with advice about options that a notebook has no place for. */
export function plainWarnings(): void {
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => {
    if (!ownWarnings.test(message)) process.stderr.write(`${name}: ${message}\n`);
  });
}
