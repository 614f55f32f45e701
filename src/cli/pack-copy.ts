// Copies files into a packed folder, each whole or not at all; what is there already stays.
import { constants, copyFileSync, mkdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file to copy. */
export interface Item {
  /** Where it lies now, absolute. */
  readonly from: string;
  /** Where it goes, below the packed folder, with forward slashes. */
  readonly to: string;
  /** Size, bytes. */
  readonly bytes: number;
  /** When it was last changed, ms since 1970. */
  readonly changed: number;
}

/** An item for a file that exists. @param from Its path. @param to Its path below the packed folder. */
export function item(from: string, to: string): Item {
  const { size, mtimeMs } = statSync(from);
  return { from, to, bytes: size, changed: Math.floor(mtimeMs / 1000) * 1000 };
}

/** Whether the copy is there: of the same size and time, which it gets last of all. FAT keeps times to two seconds. */
function isThere(dir: string, { to, bytes, changed }: Item): boolean {
  const stat = statSync(join(dir, to), { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === bytes && Math.abs(stat.mtimeMs - changed) < 2000;
}

/** Copies what is not there yet.
 *
 *  @param dir The packed folder.
 *  @param items Files; called again with the same ones, it goes on.
 *  @param options.signal Aborted: ends after the file at work.
 *  @param options.onBytes Told how many bytes are there, of all.
 *  @returns How many files were copied now. */
export async function copyAll(
  dir: string,
  items: readonly Item[],
  options: { readonly signal?: AbortSignal; readonly onBytes?: (bytes: number) => void } = {},
): Promise<number> {
  let bytes = 0;
  let copied = 0;
  let since = 0;
  for (const one of items) {
    if (options.signal?.aborted) break;
    if (!isThere(dir, one)) {
      copyOne(dir, one);
      copied++;
    }
    bytes += one.bytes;
    since += one.bytes + 4096;
    if (since > 8e6) {
      since = 0;
      options.onBytes?.(bytes);
      await new Promise((resolve) => setImmediate(resolve)); // so that Ctrl-C is heard
    }
  }
  options.onBytes?.(bytes);
  return copied;
}

function copyOne(dir: string, { from, to, changed }: Item): void {
  const target = join(dir, to);
  const part = `${target}.part`;
  mkdirSync(dirname(target), { recursive: true });
  rmSync(part, { force: true });
  copyFileSync(from, part, constants.COPYFILE_FICLONE);
  utimesSync(part, changed / 1000, changed / 1000);
  renameSync(part, target);
}
