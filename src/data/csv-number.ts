// Numbers in the bytes of a table, and the words for a number that is missing.

/** What `parseNumber` gives for bytes that are no number. A missing one is NaN. */
const notANumber = undefined;

const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`)); // exact up to 10^22
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const infinite = /^([+-]?)inf(inity)?$/i;

/** The number that bytes hold, rounded as JavaScript rounds.
 *
 *  Empty, nan, none, null, na and n/a in any case are missing. Whole numbers with zeros in front or from 2^53 on are no numbers but codes,
 *  which would not come back as they were.
 *
 *  @param bytes Where they lie.
 *  @param start First byte.
 *  @param end Byte after the last.
 *  @returns The number, NaN where it is missing, undefined where there is something else. */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  while (start < end && bytes[start] === 0x20) start++;
  while (start < end && bytes[end - 1] === 0x20) end--;
  if (start === end) return Number.NaN;
  let at = start;
  const isNegative = bytes[at] === 0x2d;
  if (isNegative || bytes[at] === 0x2b) at++;
  let mantissa = 0;
  let scale = 0;
  const first = at;
  let digit = bytes[at]! - 48;
  for (; at < end && digit >= 0 && digit <= 9; digit = bytes[++at]! - 48) mantissa = mantissa * 10 + digit;
  let digits = at - first;
  const isWhole = at === end;
  if (isWhole && digits > 1 && bytes[first] === 48) return notANumber;
  if (at < end && bytes[at] === 0x2e) {
    const point = ++at;
    digit = bytes[at]! - 48;
    for (; at < end && digit >= 0 && digit <= 9; digit = bytes[++at]! - 48) mantissa = mantissa * 10 + digit;
    scale = point - at;
    digits += at - point;
  }
  if (at < end || digits === 0 || mantissa >= 2 ** 53 || scale < -22)
    return unusual(bytes, start, end, isWhole && digits > 0);
  const size = mantissa / powers[-scale]!; // one rounding of two exact numbers
  return isNegative ? -size : size;
}

function unusual(bytes: Uint8Array, start: number, end: number, isWhole: boolean): number | undefined {
  if (isMissing(bytes, start, end)) return Number.NaN;
  if (isWhole || end - start > 400) return notANumber;
  const text = String.fromCharCode(...bytes.subarray(start, end));
  if (decimal.test(text)) return Number(text);
  const sign = infinite.exec(text)?.[1];
  return sign === undefined ? notANumber : sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const words = ["nan", "none", "null", "na", "n/a"].map((word) => Buffer.from(word));

function isMissing(bytes: Uint8Array, start: number, end: number): boolean {
  if ((bytes[start]! | 0x20) !== 0x6e) return false; // all begin with n
  return words.some(
    (word) =>
      word.length === end - start && word.every((byte, i) => (bytes[start + i]! | 0x20) === (byte | 0x20)),
  );
}
