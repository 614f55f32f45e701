// What counts as a signal in this room, and the argument checks that its files share.

/** A one-dimensional signal, shape [n]. Results are new arrays; inputs are never changed. */
export type Samples =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array;

/** Throws unless `x` is a typed array. */
export function requireSamples(name: string, x: Samples): void {
  if (
    !ArrayBuffer.isView(x) ||
    x instanceof DataView ||
    x instanceof BigInt64Array ||
    x instanceof BigUint64Array
  )
    throw new TypeError(`${name}: the signal must be a typed array of numbers, got ${kind(x)}`);
}

/** Throws unless `value` is a whole number of at least `least`. */
export function requireCount(name: string, what: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${name}: ${what} must be a whole number >= ${least}, got ${value}`);
}

/** Throws unless `value` is finite and > 0. */
export function requirePositive(name: string, what: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new RangeError(`${name}: ${what} must be a positive number, got ${value}`);
}

function kind(x: unknown): string {
  if (x === null || typeof x !== "object") return String(x);
  return x.constructor?.name ?? "object";
}
