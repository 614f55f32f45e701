// Rows of a CSV file: where each field begins and ends in a buffer that moves over the file.
import type { ByteSource } from "../formats/index.js";

const [quote, newline, carriageReturn] = [0x22, 0x0a, 0x0d];
const firstSize = 1 << 20; // bytes of the buffer; a longer row doubles it
const longestRow = 1 << 26;

/** Moves over the rows of a file; the fields of the row at hand lie in `bytes`. */
export class RowScanner {
  /** Bytes at hand; `next` may replace them. */
  bytes: Uint8Array;
  /** Fields of the row at hand. */
  count = 0;
  /** First byte of each field and the one after its last, without quotes. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 1 where a field holds doubled quotes, which stand for one. */
  isEscaped = new Uint8Array(64);
  /** Lines of the file so far; a quoted field may hold several. */
  line = 0;
  readonly #source: ByteSource;
  readonly #separator: number;
  #at = 0; // next byte in the buffer
  #filled = 0;
  #read = 0; // bytes taken from the source
  #newlines = 0; // inside the row at hand

  constructor(source: ByteSource, separator: number) {
    this.#source = source;
    this.#separator = separator;
    this.bytes = new Uint8Array(Math.min(firstSize, source.size + 1));
    this.#fill();
    const isMarked = this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf;
    if (isMarked) this.#at = 3;
  }

  /** Goes to the next row; lines with nothing on them are passed over.
   *  @returns false at the end of the file.
   *  @throws RangeError if a quoted field does not end, or a row is longer than 64 MB. */
  next(): boolean {
    for (;;) {
      const end = this.#scan();
      if (end < 0) {
        if (this.#more()) continue;
        return false;
      }
      this.line += 1 + this.#newlines;
      this.#at = end;
      if (this.count > 1 || this.ends[0]! > this.starts[0]! || this.bytes[this.starts[0]! - 1] === quote)
        return true;
    }
  }

  /** Finds the fields of the row at #at. @returns The byte after the row; -1 where the buffer ends first and the file may not. */
  #scan(): number {
    const { bytes } = this;
    const [filled, separator] = [this.#filled, this.#separator];
    const isLast = this.#read === this.#source.size;
    let at = this.#at;
    if (at >= filled) return -1;
    let count = 0;
    this.#newlines = 0;
    for (;;) {
      if (count === this.starts.length) this.#widen();
      let start = at;
      let escaped = 0;
      let end: number;
      if (bytes[at] === quote && at < filled) {
        start = ++at;
        for (; ; at++) {
          if (at >= filled) {
            if (!isLast) return -1;
            throw new RangeError(`readCsv: a quoted field must end, got none from line ${this.line + 1} on`);
          }
          const byte = bytes[at];
          if (byte === newline) this.#newlines++;
          if (byte !== quote) continue;
          if (at + 1 >= filled && !isLast) return -1;
          if (bytes[at + 1] !== quote || at + 1 >= filled) break;
          escaped = 1;
          at++;
        }
        end = at++;
        if (bytes[at] === carriageReturn && at < filled) {
          if (at + 1 >= filled && !isLast) return -1;
          if (at + 1 >= filled || bytes[at + 1] === newline) at++;
        }
        if (at < filled && bytes[at] !== separator && bytes[at] !== newline)
          throw new RangeError(
            `readCsv: a quoted field must end at its quote, got more behind it in line ${this.line + 1}`,
          );
      } else {
        while (at < filled && bytes[at] !== separator && bytes[at] !== newline) at++;
        end = at;
        const endsRow = at >= filled || bytes[at] === newline;
        if (endsRow && end > start && bytes[end - 1] === carriageReturn) end--;
      }
      if (at >= filled && !isLast) return -1;
      this.starts[count] = start;
      this.ends[count] = end;
      this.isEscaped[count] = escaped;
      count++;
      if (at >= filled || bytes[at] === newline) break;
      at++; // the separator
    }
    this.count = count;
    return Math.min(at + 1, filled);
  }

  /** Brings more of the file into the buffer. @returns false where there is none. */
  #more(): boolean {
    if (this.#read === this.#source.size) return false;
    const kept = this.#filled - this.#at;
    let into = this.bytes;
    if (this.#at === 0 && kept > 0) {
      if (into.length >= longestRow)
        throw new RangeError(
          `readCsv: a row must have at most ${longestRow} bytes, got more in line ${this.line + 1}`,
        );
      into = new Uint8Array(Math.min(longestRow, 2 * into.length));
    }
    into.set(this.bytes.subarray(this.#at, this.#filled));
    this.bytes = into;
    this.#at = 0;
    this.#filled = kept;
    this.#fill();
    return true;
  }

  #fill(): void {
    const length = Math.min(this.bytes.length - this.#filled, this.#source.size - this.#read);
    if (length > 0) this.#source.read(this.#read, length, this.bytes.subarray(this.#filled));
    this.#read += length;
    this.#filled += length;
  }

  #widen(): void {
    const length = 2 * this.starts.length;
    const grown = <T extends Int32Array | Uint8Array>(old: T, wide: T): T => {
      wide.set(old);
      return wide;
    };
    this.starts = grown(this.starts, new Int32Array(length));
    this.ends = grown(this.ends, new Int32Array(length));
    this.isEscaped = grown(this.isEscaped, new Uint8Array(length));
  }
}
