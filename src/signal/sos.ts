// Filters as second-order sections: run forward, or forward and backward for zero phase.
import { requireSamples, type Samples } from "./samples.js";

/** One second-order section, H(z) = (b0 + b1/z + b2/z^2) / (1 + a1/z + a2/z^2). */
export interface Section {
  readonly b: readonly [number, number, number];
  /** a1 and a2; a0 is 1. */
  readonly a: readonly [number, number];
}

/** Filters forward and backward through a cascade of sections: gain |H|^2, phase zero.
 *
 *  The record is first continued at both ends by its odd reflection, 2 x[0] - x[i], over three times the filter's taps, and each pass starts
 *  in the steady state for its first sample, so that an offset causes no transient.
 *
 *  @param sections Cascade, as from `butterworth`.
 *  @param x Signal, shape [n], longer than the reflection (27 samples for order 4).
 *  @returns New signal, shape [n], float64.
 *  @throws RangeError if the record is too short.
 *  @see scipy.signal.sosfiltfilt, to which it is equal. */
export function sosfiltfilt(sections: readonly Section[], x: Samples): Float64Array {
  requireSamples("sosfiltfilt", x);
  const idle = Math.min(
    sections.filter((s) => s.b[2] === 0).length,
    sections.filter((s) => s.a[1] === 0).length,
  );
  const edge = 3 * (2 * sections.length + 1 - idle);
  if (x.length <= edge)
    throw new RangeError(`sosfiltfilt: the record must be longer than ${edge} samples, got ${x.length}`);
  const y = oddExtension(x, edge);
  runInPlace(sections, y);
  y.reverse();
  runInPlace(sections, y);
  y.reverse();
  return y.slice(edge, edge + x.length);
}

/** Filters forward only: nothing comes before its cause, but every frequency comes late by its own delay.
 *  The pass starts in the steady state for the first sample.
 *
 *  @param sections Cascade, as from `butterworth`.
 *  @param x Signal, shape [n].
 *  @returns New signal, shape [n], float64.
 *  @see scipy.signal.sosfilt with zi = sosfilt_zi(sos) * x[0], to which it is equal. */
export function sosfilt(sections: readonly Section[], x: Samples): Float64Array {
  requireSamples("sosfilt", x);
  const y = Float64Array.from(x as ArrayLike<number>);
  runInPlace(sections, y);
  return y;
}

function oddExtension(x: Samples, edge: number): Float64Array {
  const n = x.length;
  const out = new Float64Array(n + 2 * edge);
  out.set(x, edge);
  for (let i = 1; i <= edge; i++) {
    out[edge - i] = 2 * x[0]! - x[i]!;
    out[edge + n - 1 + i] = 2 * x[n - 1]! - x[n - 1 - i]!;
  }
  return out;
}

/** Transposed direct form II, section after section, from the steady state for a constant y[0]. */
function runInPlace(sections: readonly Section[], y: Float64Array): void {
  let level = y[0] ?? 0;
  for (const { b, a } of sections) {
    const [b0, b1, b2] = b;
    const [a1, a2] = a;
    const settled = (level * (b0 + b1 + b2)) / (1 + a1 + a2);
    let z2 = b2 * level - a2 * settled;
    let z1 = b1 * level - a1 * settled + z2;
    for (let i = 0; i < y.length; i++) {
      const input = y[i]!;
      const output = b0 * input + z1;
      z1 = b1 * input - a1 * output + z2;
      z2 = b2 * input - a2 * output;
      y[i] = output;
    }
    level = settled;
  }
}
