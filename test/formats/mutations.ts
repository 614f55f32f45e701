// Damaged files: a reader must give a clear error or data no larger than the file explains, never a crash, a hang or a flood of memory.
import { rng } from "geodl/core";
import { expect } from "vitest";

const odd = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One damaged copy: flipped bits, odd numbers, pieces cut out, doubled, zeroed, ends cut off; mostly in the first `head` bytes. */
export function mutate(file: Uint8Array, seed: number, head: number): Uint8Array {
  const random = rng([6, seed]);
  let bytes = file.slice();
  for (let times = random.integer(1, 4); times > 0 && bytes.length > 8; times--) {
    const end = random.uniform() < 0.7 ? Math.min(head, bytes.length) : bytes.length;
    const at = random.integer(0, end);
    const length = Math.min(random.integer(1, 65), bytes.length - at);
    const kind = random.integer(0, 9);
    const value = odd[random.integer(0, odd.length)]!;
    if (kind <= 1) bytes[at]! ^= 1 << random.integer(0, 8);
    else if (kind === 2) bytes[at] = random.integer(0, 256);
    else if (kind <= 4) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const width = [1, 2, 4][random.integer(0, 3)]!;
      const place = Math.min(at - (at % width), bytes.length - 4);
      if (width === 4) view.setUint32(place, value, random.uniform() < 0.5);
      else if (width === 2) view.setUint16(place, value & 0xffff, random.uniform() < 0.5);
      else view.setUint8(place, value & 0xff);
    } else if (kind === 5) bytes.fill(0, at, at + length);
    else if (kind === 6) bytes = bytes.slice(0, random.uniform() < 0.5 ? at : bytes.length - length);
    else if (kind === 7) {
      const kept = bytes.slice(at + length);
      bytes = bytes.slice(0, at + kept.length);
      bytes.set(kept, at);
    } else {
      const grown = new Uint8Array(bytes.length + length);
      grown.set(bytes.subarray(0, at + length));
      grown.set(bytes.subarray(at), at + length);
      bytes = grown;
    }
  }
  return bytes;
}

/** Damages `files` 10,000 times with GEODL_LONG=1, 200 times without, and reads each copy.
 *  @param read Reads a copy whole; returns the bytes of memory that its result holds.
 *  @param message What an error must look like.
 *  @param options.head Bytes that are damaged most often.
 *  @param options.growth Bytes of memory allowed a byte of the file. */
export function expectSafe(
  files: readonly Uint8Array[],
  read: (bytes: Uint8Array) => number,
  message: RegExp,
  options: { readonly head: number; readonly growth: number },
): { readonly errors: number; readonly read: number } {
  const total = process.env.GEODL_LONG ? 10_000 : 200;
  const count = { errors: 0, read: 0 };
  for (let i = 0; i < total; i++) {
    const copy = mutate(files[i % files.length]!, i, options.head);
    const memory = process.memoryUsage().arrayBuffers;
    const start = performance.now();
    try {
      const size = read(copy);
      count.read++;
      if (size > options.growth * copy.length + 1024)
        expect.fail(`mutation ${i}: ${size} bytes of data out of a file of ${copy.length}`);
    } catch (error) {
      if (!(error instanceof Error) || !message.test(error.message))
        throw new Error(`mutation ${i}: not a clear error: ${String(error)}`, { cause: error });
      count.errors++;
    }
    const seconds = (performance.now() - start) / 1000;
    if (seconds > 5) expect.fail(`mutation ${i}: took ${seconds} s`);
    const grown = process.memoryUsage().arrayBuffers - memory;
    if (grown > 3 * options.growth * copy.length + 2 ** 20)
      expect.fail(`mutation ${i}: took ${grown} bytes of memory for a file of ${copy.length}`);
  }
  expect(count.errors).toBeGreaterThan(0);
  expect(count.read).toBeGreaterThan(0);
  return count;
}
