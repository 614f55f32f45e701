// How far snapshots of waves are from the true ones.
import type { Grid } from "../core/index.js";

/** Relative L2 errors of one sample. */
export interface WaveErrors {
  /** |out - true| / |true|, both norms over all snapshots. */
  readonly whole: number;
  /** The same of each snapshot by itself; 0 / 0 is 0. */
  readonly snapshots: readonly number[];
}

/** Relative L2 of a sample and of each of its snapshots, |out - true| / |true|; the mean of `whole` over samples is PROTOCOLS 3a's figure.
 *
 *  @param out [snapshot, nz, nx]. @param true_ The same shape.
 *  @returns See WaveErrors; sums in float64.
 *  @throws RangeError for shapes that differ or a truth that is zero everywhere. */
export function relativeErrors(out: Grid, true_: Grid): WaveErrors {
  const { data, shape } = true_;
  if (out.shape.length !== shape.length || out.shape.some((n, i) => n !== shape[i]))
    throw new RangeError(`relativeErrors: both must have the shape [${shape}], got [${out.shape}]`);
  const size = data.length / shape[0]!;
  const parts = Array.from({ length: shape[0]! }, (_, k) => {
    let [error, norm] = [0, 0];
    for (let i = k * size; i < (k + 1) * size; i++) {
      error += (out.data[i]! - data[i]!) ** 2;
      norm += data[i]! ** 2;
    }
    return { error, norm };
  });
  const ratio = (error: number, norm: number) => (error === 0 ? 0 : Math.sqrt(error / norm));
  const [error, norm] = parts.reduce(([a, b], part) => [a + part.error, b + part.norm], [0, 0]);
  if (!(norm > 0)) throw new RangeError("relativeErrors: the truth must not be zero everywhere, got zeros");
  return { whole: ratio(error, norm), snapshots: parts.map((part) => ratio(part.error, part.norm)) };
}
