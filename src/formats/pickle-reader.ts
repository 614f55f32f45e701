// The bytes of a pickle, read one after the other.

/** A place in a pickle. */
export class PickleReader {
  private readonly view: DataView;
  private readonly text = new TextDecoder("utf-8", { fatal: true });
  /** Bytes read. */
  at = 0;

  /** @param bytes Where it begins; more may follow. @param name The file's, in errors. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly name: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Ends the reading. @throws RangeError always: the rule, what was got, and where. */
  fail(what: string): never {
    throw new RangeError(`${this.name}: ${what} (byte ${this.at} of the pickle)`);
  }

  /** Where the next n bytes begin; goes past them. @throws RangeError where there are fewer. */
  take(n: number): number {
    const left = this.bytes.length - this.at;
    if (n > left) this.fail(`the pickle must not be cut short, got ${left} of ${n} bytes`);
    this.at += n;
    return this.at - n;
  }

  /** An unsigned byte. */
  u1(): number {
    return this.view.getUint8(this.take(1));
  }
  /** Two bytes, unsigned, the low one first. */
  u2(): number {
    return this.view.getUint16(this.take(2), true);
  }
  /** Four bytes, unsigned. */
  u4(): number {
    return this.view.getUint32(this.take(4), true);
  }
  /** Four bytes, signed. */
  i4(): number {
    return this.view.getInt32(this.take(4), true);
  }
  /** Float64, the high byte first, as pickles have it. */
  f8(): number {
    return this.view.getFloat64(this.take(8), false);
  }

  /** The next n bytes, not copied. */
  raw(n: number): Uint8Array {
    const start = this.take(n);
    return this.bytes.subarray(start, start + n);
  }

  /** n bytes of UTF-8. */
  utf8(n: number): string {
    const part = this.raw(n);
    try {
      return this.text.decode(part);
    } catch {
      return this.fail("text must be UTF-8, got something else");
    }
  }

  /** n bytes of Latin-1. */
  latin1(n: number): string {
    return Buffer.from(this.raw(n)).toString("latin1");
  }

  /** Text up to the next line feed. */
  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) this.fail("the pickle must not be cut short, got a line without end");
    const got = this.utf8(end - this.at);
    this.at++;
    return got;
  }

  /** A whole number of n bytes, two's complement, the low byte first. */
  long(n: number): number | bigint {
    let value = 0n;
    const part = this.raw(n);
    for (let i = part.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(part[i]!);
    if (n > 0 && part[n - 1]! & 0x80) value -= 1n << BigInt(8 * n);
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : value;
  }
}
