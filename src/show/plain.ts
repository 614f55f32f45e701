// From JavaScript values to what Plotly's JSON can hold: numbers, strings, lists and objects, nothing else.

/** A copy in which typed arrays are lists and NaN and infinities are null, which Plotly draws as gaps.
 *  A typed array that reaches JSON as it is becomes {"0": ...} and its plot is blank. */
export function plain(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<number | bigint>, plain);
  const entries = Object.entries(value).filter(([, v]) => v !== undefined && typeof v !== "function");
  return Object.fromEntries(entries.map(([key, v]) => [key, plain(v)]));
}

/** Long lists of numbers in Plotly's base64 form, {dtype, bdata} or with shape for lists of lists: a third of the size.
 *  float32 where that loses nothing, float64 otherwise. Lists with gaps or words stay as they are. */
export function packed(value: unknown, longest = 256): unknown {
  if (Array.isArray(value)) {
    const rows = shapeOf(value);
    if (rows !== undefined && rows[0]! * (rows[1] ?? 1) > longest)
      return pack(value.flat() as number[], rows);
    return value.map((v) => packed(v, longest));
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, packed(v, longest)]));
}

/** [n] of a list of numbers, [rows, columns] of a full list of lists of numbers, else undefined. */
function shapeOf(list: readonly unknown[]): number[] | undefined {
  const isNumbers = (x: readonly unknown[]) => x.every((v) => typeof v === "number");
  if (list.length === 0) return undefined;
  if (!Array.isArray(list[0])) return isNumbers(list) ? [list.length] : undefined;
  const columns = list[0].length;
  const isFull = list.every((row) => Array.isArray(row) && row.length === columns && isNumbers(row));
  return isFull && columns > 0 ? [list.length, columns] : undefined;
}

function pack(values: readonly number[], shape: readonly number[]): object {
  const isSingle = values.every((v) => Math.fround(v) === v);
  const array = isSingle ? Float32Array.from(values) : Float64Array.from(values);
  const bdata = Buffer.from(array.buffer).toString("base64");
  return {
    dtype: isSingle ? "f4" : "f8",
    bdata,
    ...(shape.length === 2 ? { shape: shape.join(", ") } : {}),
  };
}
