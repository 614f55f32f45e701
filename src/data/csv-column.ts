// Columns as they grow: numbers, a dictionary of few texts, or many texts one after the other.
import type { Column } from "./table.js";

const block = 65_536; // rows in one piece: a column grows without being copied
const mostEntries = 65_536; // of a dictionary; a code is 16 bits

/** A column that takes one value a row. */
export interface Growing {
  push(bytes: Uint8Array, start: number, end: number): void;
  finish(): Column;
}

/** A list of numbers that grows in pieces. */
class Pieces<T extends Float64Array | Uint32Array | Uint16Array> {
  length = 0;
  readonly #make: (length: number) => T;
  readonly #full: T[] = [];
  #last: T;
  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#last = make(block);
  }
  push(value: number): void {
    const at = this.length++ % block;
    if (at === 0 && this.length > 1) {
      this.#full.push(this.#last);
      this.#last = this.#make(block);
    }
    this.#last[at] = value;
  }
  /** All values in one array; the pieces are given up on the way. */
  join(): T {
    const whole = this.#make(this.length);
    let at = 0;
    for (let piece = this.#full.shift(); piece !== undefined; piece = this.#full.shift()) {
      whole.set(piece, at);
      at += block;
    }
    whole.set(this.#last.subarray(0, this.length - at), at);
    return whole;
  }
}

/** Numbers. */
export class NumberColumn {
  readonly #values = new Pieces((length) => new Float64Array(length));
  push(value: number): void {
    this.#values.push(value);
  }
  finish(): Column {
    return { kind: "number", values: this.#values.join() };
  }
}

/** Bytes of texts, one behind the other. */
class TextBytes {
  bytes = new Uint8Array(1 << 12);
  length = 0;
  add(bytes: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > 0xffffffff)
      throw new RangeError("readCsv: the texts of a column must have at most 4 GB, got more");
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, Math.ceil(1.5 * this.bytes.length)));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    // a call costs more than a short loop
    if (end - start < 64) for (let i = start, at = this.length; i < end; i++) this.bytes[at++] = bytes[i]!;
    else this.bytes.set(bytes.subarray(start, end), this.length);
    this.length = length;
  }
}

/** Texts, each kept. */
class TextColumn implements Growing {
  readonly #texts = new TextBytes();
  readonly #ends = new Pieces((length) => new Uint32Array(length));
  push(bytes: Uint8Array, start: number, end: number): void {
    this.#texts.add(bytes, start, end);
    this.#ends.push(this.#texts.length);
  }
  finish(): Column {
    return { kind: "text", bytes: this.#texts.bytes.slice(0, this.#texts.length), ends: this.#ends.join() };
  }
}

/** Texts of which few differ; with more than 65,536 different ones it becomes a plain column of texts. */
export class DictionaryColumn implements Growing {
  #codes = new Pieces((length) => new Uint16Array(length));
  readonly #texts = new TextBytes();
  readonly #ends: number[] = [];
  #table = new Int32Array(1 << 8).fill(-1); // hash to code
  #plain: TextColumn | undefined;

  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.#plain === undefined) {
      const slot = this.#slotOf(bytes, start, end);
      if (this.#table[slot]! < 0 && this.#ends.length === mostEntries) this.#plain = this.#spread();
      else {
        const known = this.#table[slot]!;
        this.#codes.push(known < 0 ? this.#ends.length : known);
        if (known < 0) this.#add(slot, bytes, start, end);
        return;
      }
    }
    this.#plain.push(bytes, start, end);
  }

  finish(): Column {
    if (this.#plain !== undefined) return this.#plain.finish();
    const codes = this.#codes.join();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const entries = this.#ends.map((end, i) =>
      decoder.decode(this.#texts.bytes.subarray(this.#startOf(i), end)),
    );
    return { kind: "dictionary", codes: entries.length <= 256 ? new Uint8Array(codes) : codes, entries };
  }

  /** Where a text's code stands in the table, or where it would. */
  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5; // FNV-1a
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const mask = this.#table.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.#table[slot]! >= 0 && !this.#isSame(this.#table[slot]!, bytes, start, end))
      slot = (slot + 1) & mask;
    return slot;
  }

  #isSame(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#startOf(code);
    if (this.#ends[code]! - from !== end - start) return false;
    const known = this.#texts.bytes;
    for (let i = start, j = from; i < end; i++, j++) if (bytes[i] !== known[j]) return false;
    return true;
  }

  readonly #startOf = (code: number) => (code === 0 ? 0 : this.#ends[code - 1]!);

  /** Makes a text an entry; the table stays at most half full. */
  #add(slot: number, bytes: Uint8Array, start: number, end: number): void {
    this.#table[slot] = this.#ends.length;
    this.#texts.add(bytes, start, end);
    this.#ends.push(this.#texts.length);
    if (2 * this.#ends.length <= this.#table.length) return;
    const codes = this.#table.filter((code) => code >= 0);
    this.#table = new Int32Array(4 * this.#table.length).fill(-1);
    for (const code of codes)
      this.#table[this.#slotOf(this.#texts.bytes, this.#startOf(code), this.#ends[code]!)] = code;
  }

  #spread(): TextColumn {
    const plain = new TextColumn();
    for (const code of this.#codes.join())
      plain.push(this.#texts.bytes, this.#startOf(code), this.#ends[code]!);
    this.#codes = new Pieces((length) => new Uint16Array(length));
    return plain;
  }
}
