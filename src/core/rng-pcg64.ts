// PCG64 (O'Neill 2014, XSL-RR 128/64) seeded by NumPy's SeedSequence: the raw bits under every random number of the package.

const poolSize = 4;

/** Spreads entropy over a pool of 128 bits, as NumPy's SeedSequence does (O'Neill's seed_seq_fe), and draws a generator's state from it.
 *
 *  @param entropy Words of 32 bits: the seed, least significant word first.
 *  @param spawnKey Words that tell sibling streams of one seed apart.
 *  @param count Words to draw.
 *  @returns Words of 32 bits, shape [count]. */
export function seedWords(
  entropy: readonly number[],
  spawnKey: readonly number[],
  count: number,
): Uint32Array {
  const words = [...entropy];
  if (spawnKey.length > 0) {
    while (words.length < poolSize) words.push(0);
    words.push(...spawnKey);
  }
  let constant = 0x43b0d7e5;
  const hash = (word: number): number => {
    let value = word ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const value = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
    return value ^ (value >>> 16);
  };
  const pool = Array.from({ length: poolSize }, (_, i) => hash(words[i] ?? 0));
  for (let from = 0; from < poolSize; from++)
    for (let to = 0; to < poolSize; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  for (let from = poolSize; from < words.length; from++)
    for (let to = 0; to < poolSize; to++) pool[to] = mix(pool[to]!, hash(words[from]!));
  const state = new Uint32Array(count);
  let drawn = 0x8b51f9dd;
  for (let i = 0; i < count; i++) {
    let value = pool[i % poolSize]! ^ drawn;
    drawn = Math.imul(drawn, 0x58f38ded);
    value = Math.imul(value, drawn);
    state[i] = value ^ (value >>> 16);
  }
  return state;
}

/** The generator: state <- state * m + increment mod 2^128; 64 bits out, left in `high` and `low`. */
export class Pcg64 {
  /** Upper 32 of the 64 bits drawn last. */
  high = 0;
  /** Lower 32 of the 64 bits drawn last. */
  low = 0;
  // limbs of 32 bits, least significant first
  private s0 = 0;
  private s1 = 0;
  private s2 = 0;
  private s3 = 0;
  private readonly i0: number;
  private readonly i1: number;
  private readonly i2: number;
  private readonly i3: number;
  private kept = -1;

  /** @param seed Eight words of `seedWords`: state, then stream, each with the upper 64 bits first. */
  constructor(seed: Uint32Array) {
    const [a1, a0, b1, b0] = [
      seed.subarray(0, 2),
      seed.subarray(2, 4),
      seed.subarray(4, 6),
      seed.subarray(6, 8),
    ];
    this.i0 = ((b0[0]! << 1) | 1) >>> 0;
    this.i1 = ((b0[1]! << 1) | (b0[0]! >>> 31)) >>> 0;
    this.i2 = ((b1[0]! << 1) | (b0[1]! >>> 31)) >>> 0;
    this.i3 = ((b1[1]! << 1) | (b1[0]! >>> 31)) >>> 0;
    this.step();
    let sum = this.s0 + a0[0]!;
    this.s0 = sum >>> 0;
    sum = this.s1 + a0[1]! + (sum > 0xffffffff ? 1 : 0);
    this.s1 = sum >>> 0;
    sum = this.s2 + a1[0]! + (sum > 0xffffffff ? 1 : 0);
    this.s2 = sum >>> 0;
    this.s3 = (this.s3 + a1[1]! + (sum > 0xffffffff ? 1 : 0)) >>> 0;
    this.step();
  }

  private step(): void {
    // Columns of 16 bits; each sum stays below 2^51, so doubles hold it. m = 2360ed05 1fc65da4 4385df64 9fccf645.
    const { s0, s1, s2, s3 } = this;
    const u = 1 / 65536;
    const c0 = s0 * 0xf645 + (this.i0 & 0xffff);
    let carry = Math.floor(c0 * u);
    const d0 = c0 - carry * 65536;
    const c1 = s0 * 0x9fcc + (this.i0 >>> 16) + carry;
    carry = Math.floor(c1 * u);
    const d1 = c1 - carry * 65536;
    const c2 = s0 * 0xdf64 + s1 * 0xf645 + (this.i1 & 0xffff) + carry;
    carry = Math.floor(c2 * u);
    const d2 = c2 - carry * 65536;
    const c3 = s0 * 0x4385 + s1 * 0x9fcc + (this.i1 >>> 16) + carry;
    carry = Math.floor(c3 * u);
    const d3 = c3 - carry * 65536;
    const c4 = s0 * 0x5da4 + s1 * 0xdf64 + s2 * 0xf645 + (this.i2 & 0xffff) + carry;
    carry = Math.floor(c4 * u);
    const d4 = c4 - carry * 65536;
    const c5 = s0 * 0x1fc6 + s1 * 0x4385 + s2 * 0x9fcc + (this.i2 >>> 16) + carry;
    carry = Math.floor(c5 * u);
    const d5 = c5 - carry * 65536;
    const c6 = s0 * 0xed05 + s1 * 0x5da4 + s2 * 0xdf64 + s3 * 0xf645 + (this.i3 & 0xffff) + carry;
    carry = Math.floor(c6 * u);
    const d6 = c6 - carry * 65536;
    const c7 = s0 * 0x2360 + s1 * 0x1fc6 + s2 * 0x4385 + s3 * 0x9fcc + (this.i3 >>> 16) + carry;
    const d7 = c7 - Math.floor(c7 * u) * 65536;
    this.s0 = d0 + d1 * 65536;
    this.s1 = d2 + d3 * 65536;
    this.s2 = d4 + d5 * 65536;
    this.s3 = d6 + d7 * 65536;
  }

  /** Draws 64 bits into `high` and `low`. */
  next64(): void {
    this.step();
    const turn = this.s3 >>> 26;
    let high = this.s3 ^ this.s1;
    let low = this.s2 ^ this.s0;
    if (turn & 32) [high, low] = [low, high];
    const by = turn & 31;
    if (by !== 0) [high, low] = [(high >>> by) | (low << (32 - by)), (low >>> by) | (high << (32 - by))];
    this.high = high >>> 0;
    this.low = low >>> 0;
  }

  /** Draws 32 bits; every second call uses the upper half of the 64 drawn before, as NumPy does.
   *  @returns A whole number in [0, 2^32). */
  next32(): number {
    if (this.kept >= 0) {
      const value = this.kept;
      this.kept = -1;
      return value;
    }
    this.next64();
    this.kept = this.high;
    return this.low;
  }

  /** Draws a number in [0, 1) with 53 bits.
   *  @returns k 2^-53. */
  nextDouble(): number {
    this.next64();
    return (this.high * 2097152 + (this.low >>> 11)) / 9007199254740992;
  }
}
