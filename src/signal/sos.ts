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
  runInPlace(sections, y, 1);
  runInPlace(sections, y, -1);
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
  const y = new Float64Array(x);
  runInPlace(sections, y, 1);
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

/** A section that changes nothing. */
const wire: Section = { b: [1, 0, 0], a: [0, 0] };

/** What a section holds when its input has been `level` for ever, and what it then gives. */
function steady({ b: [b0, b1, b2], a: [a1, a2] }: Section, level: number) {
  const settled = (level * (b0 + b1 + b2)) / (1 + a1 + a2);
  const z2 = b2 * level - a2 * settled;
  return { z1: b1 * level - a1 * settled + z2, z2, settled };
}

/** Transposed direct form II from the steady state for a constant first sample; two sections at a time, for each of them waits for its own last answer.
 *  @param direction 1 from the first sample on, -1 from the last one back. */
function runInPlace(sections: readonly Section[], y: Float64Array, direction: 1 | -1): void {
  const [from, to] = direction === 1 ? [0, y.length] : [y.length - 1, -1];
  let level = y[from] ?? 0;
  for (let k = 0; k < sections.length; k += 2) {
    const [one, two] = [sections[k]!, sections[k + 1] ?? wire];
    const [[b0, b1, b2], [a1, a2]] = [one.b, one.a];
    const [[d0, d1, d2], [c1, c2]] = [two.b, two.a];
    const first = steady(one, level);
    const second = steady(two, first.settled);
    let [z1, z2] = [first.z1, first.z2];
    let [w1, w2] = [second.z1, second.z2];
    for (let i = from; i !== to; i += direction) {
      const input = y[i]!;
      const middle = b0 * input + z1;
      z1 = b1 * input - a1 * middle + z2;
      z2 = b2 * input - a2 * middle;
      const output = d0 * middle + w1;
      w1 = d1 * middle - c1 * output + w2;
      w2 = d2 * middle - c2 * output;
      y[i] = output;
    }
    level = second.settled;
  }
}
