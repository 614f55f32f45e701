// Python's random.Random: the generator behind the intervals of the scorer of picks, so that ours equal its to the last digit.

/** Mersenne Twister 19937 as Python seeds and reads it: uniform numbers of 53 bits.
 *
 *  @param seed Whole number, 0 .. 2^32 - 1.
 *  @returns A function whose calls give what `random.Random(seed).random()` gives, in [0, 1).
 *  @see Matsumoto and Nishimura (1998), ACM TOMACS 8(1). */
export function pythonRandom(seed: number): () => number {
  const n = 624;
  const state = new Uint32Array(n);
  state[0] = 19650218;
  for (let i = 1; i < n; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
  // the seed as an array of one word
  let at = 1;
  const next = (): void => {
    at++;
    if (at < n) return;
    state[0] = state[n - 1]!;
    at = 1;
  };
  const before = (): number => state[at - 1]! ^ (state[at - 1]! >>> 30);
  for (let k = 0; k < n; k++, next()) state[at] = (state[at]! ^ Math.imul(before(), 1664525)) + seed;
  for (let k = 0; k < n - 1; k++, next()) state[at] = (state[at]! ^ Math.imul(before(), 1566083941)) - at;
  state[0] = 0x80000000;

  let used = n;
  const word = (): number => {
    if (used === n) {
      for (let i = 0; i < n; i++) {
        const joined = (state[i]! & 0x80000000) | (state[(i + 1) % n]! & 0x7fffffff);
        state[i] = state[(i + 397) % n]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
      }
      used = 0;
    }
    let y = state[used++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  return () => {
    const high = word() >>> 5;
    return (high * 67108864 + (word() >>> 6)) / 9007199254740992;
  };
}
