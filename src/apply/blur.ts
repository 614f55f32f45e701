// A Gaussian over the plane with mirrored edges, and its adjoint.

/** Sums along columns or rows, [n, m], of one axis of a smoothing; the adjoint scatters where the sum gathers. */
function along(
  data: Float64Array,
  length: number,
  stride: number,
  lines: number,
  lineStride: number,
  kernel: readonly number[],
  isAdjoint: boolean,
): Float64Array {
  const out = new Float64Array(data.length);
  const reach = (kernel.length - 1) / 2;
  const period = 2 * length;
  for (let i = 0; i < length; i++)
    for (let k = -reach; k <= reach; k++) {
      const folded = (((i + k) % period) + period) % period;
      const j = folded < length ? folded : period - 1 - folded;
      const [to, from] = isAdjoint ? [j, i] : [i, j];
      const w = kernel[k + reach]!;
      for (let line = 0; line < lines; line++)
        out[to * stride + line * lineStride]! += w * data[from * stride + line * lineStride]!;
    }
  return out;
}

/** A field convolved with a Gaussian that ends at four standard deviations and has sum 1; beyond an edge the field is mirrored, its edge cell doubled.
 *
 *  @param data [rows, columns].
 *  @param deviation Standard deviation, cells, > 0.
 *  @param isAdjoint The transposed operator. Default false.
 *  @returns float64, [rows, columns]. */
export function blur(
  data: ArrayLike<number>,
  rows: number,
  columns: number,
  deviation: number,
  isAdjoint = false,
): Float64Array {
  const reach = Math.floor(4 * deviation + 0.5);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * deviation ** 2)),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  const kernel = raw.map((w) => w / sum);
  const once = along(Float64Array.from(data), rows, columns, columns, 1, kernel, isAdjoint);
  return along(once, columns, 1, rows, columns, kernel, isAdjoint);
}
