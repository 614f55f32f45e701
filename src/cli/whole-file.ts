// A file that is there whole or not at all.
import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a file whole or not at all: whoever reads it sees the old one or the new one.
 *  @param file Its path. @param content Bytes, or text as UTF-8. */
export function writeWhole(file: string, content: Uint8Array | string): void {
  const partial = `${file}.part${process.pid}`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
}
