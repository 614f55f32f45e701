// Probabilities along records of any length: overlapping windows through the network, their answers stacked, nothing but a few windows in memory.
import { setImmediate } from "node:timers/promises";
import { predict } from "../nn/index.js";
import { engine } from "../tensor/index.js";
import type { Picker } from "./picker.js";
import { Stack } from "./stack.js";
import { prepare } from "./windows.js";

/** Samples without a gap at the picker's rate, read piece by piece. */
export interface Stretch {
  /** Samples. */
  readonly length: number;
  /** Samples first .. first + count of all components.
   *  @returns [count, components], C order, the picker's order of components; 0 where a component is missing. */
  read(first: number, count: number): Float32Array;
}

export interface AnnotateOptions {
  /** Samples by which windows overlap. Default: the picker's. */
  readonly overlap?: number;
  /** How answers of windows that overlap are joined. Default: the picker's. */
  readonly stacking?: "avg" | "max";
  /** Samples of a window's answer that do not count, at its start and end. Default: the picker's. */
  readonly blinding?: readonly [number, number];
  /** Stretches that are shorter than a window are filled up with zeros if they have this many samples at least; shorter ones get no answer.
   *  Default: the picker's length, so that none is filled up, as in SeisBench. */
  readonly shortest?: number;
  /** Windows that go through the network together, default 24. */
  readonly batch?: number;
  /** Samples that are read at once, default 65,536; the answers do not depend on it. */
  readonly chunk?: number;
  /** Ends the work between batches. */
  readonly signal?: AbortSignal;
}

/** A finished part of a stretch's answer. */
export interface Probabilities {
  /** Number of the stretch. */
  readonly stretch: number;
  /** First sample. */
  readonly first: number;
  /** [n, phases], C order, valid until the next part is asked for; NaN where every window is blind. */
  readonly data: Float32Array;
  readonly isLast: boolean;
}

/** First samples of the windows over n samples: every `step`, and one that ends with the record. */
function* windowStarts(n: number, length: number, step: number): Generator<number> {
  let at = 0;
  for (; at + length <= n; at += step) yield at;
  const last = at - step;
  if (last + length < n && n >= length) yield n - length;
}

function settle(picker: Picker, options: AnnotateOptions) {
  const { length } = picker;
  const {
    overlap = picker.overlap,
    stacking = picker.stacking ?? "avg",
    blinding = picker.blinding,
  } = options;
  const { shortest = length, batch = 24, chunk = 65_536, signal } = options;
  if (!Number.isInteger(overlap) || overlap < 0 || overlap >= length)
    throw new RangeError(`annotate: overlap must be a whole number in 0 .. ${length - 1}, got ${overlap}`);
  if (stacking !== "avg" && stacking !== "max")
    throw new RangeError(`annotate: stacking must be avg or max, got ${String(stacking)}`);
  if (!blinding.every((n) => Number.isInteger(n) && n >= 0))
    throw new RangeError(`annotate: blinding must be two whole numbers >= 0, got ${blinding.join(", ")}`);
  for (const [name, n] of [
    ["shortest", shortest],
    ["batch", batch],
    ["chunk", chunk],
  ] as const)
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`annotate: ${name} must be a whole number >= 1, got ${n}`);
  return { overlap, stacking, blinding, shortest, batch, chunk, signal };
}

/** Reads a stretch window by window, in pieces of `chunk` samples. */
function* windowsOf(
  { length: n, read }: Stretch,
  channels: number,
  length: number,
  step: number,
  chunk: number,
): Generator<{ readonly first: number; readonly samples: Float32Array }> {
  let from = 0;
  let held = new Float32Array(0);
  for (const first of windowStarts(n, length, step)) {
    const need = first + length;
    const have = from + held.length / channels;
    if (need > have) {
      const end = Math.min(Math.max(have + chunk, need), n);
      const more = read(have, end - have);
      const kept = held.subarray((first - from) * channels);
      const joined = new Float32Array(kept.length + more.length);
      joined.set(kept);
      joined.set(more, kept.length);
      held = joined;
      from = first;
    }
    yield { first, samples: held.subarray((first - from) * channels, (need - from) * channels) };
  }
}

/** Probabilities of the phases along stretches of any length, part by part as they are finished: windows of the picker's length, each normalised by
 *  itself, batches of windows of one or several stretches, answers stacked where windows overlap. Memory does not grow with the length, and the
 *  answers do not depend on `chunk` or `batch` (but for rounding, 1e-6).
 *
 *  @param picker Network and settings.
 *  @param stretches Asked for one after the other.
 *  @param options See AnnotateOptions.
 *  @returns Parts in order, stretch after stretch; none of a stretch that is shorter than `shortest`.
 *  @throws RangeError for an option out of range; the signal's reason once it aborts.
 *  @see Woollam et al. (2022), SeisBench, whose `annotate` gives the same. */
export async function* annotateStretches(
  picker: Picker,
  stretches: Iterable<Stretch> | AsyncIterable<Stretch>,
  options: AnnotateOptions = {},
): AsyncGenerator<Probabilities> {
  const { overlap, stacking, blinding, shortest, batch, chunk, signal } = settle(picker, options);
  const { length } = picker;
  const [channels, classes] = [picker.components.length, picker.phases.length];
  const size = length * channels;
  const input = new Float32Array(batch * size);
  const waiting: { readonly stack: Stack; readonly first: number; readonly isLast: boolean }[] = [];
  let hasRun = false;

  function* run(): Generator<Probabilities> {
    const n = waiting.length;
    // one shape for all batches but a first one that is the only one: a shape costs a graph
    const rows = hasRun ? batch : n;
    hasRun = true;
    const { tf } = engine();
    const x = tf.tensor3d(input.subarray(0, rows * size), [rows, length, channels]);
    const y = predict(picker.model, x);
    const answers = y.dataSync() as Float32Array;
    tf.dispose([x, y]);
    for (const [i, { stack, first, isLast }] of waiting.entries()) {
      const answer = answers.subarray(i * length * classes, (i + 1) * length * classes);
      yield* stack.add(first, answer, isLast);
    }
    waiting.length = 0;
  }

  let number = 0;
  for await (const stretch of stretches) {
    const own = number++;
    const n = stretch.length;
    if (n < Math.min(shortest, length) || n === 0) continue;
    const stack = new Stack({ stretch: own, length, classes, n, stacking, blinding });
    const whole: Stretch =
      n >= length
        ? stretch
        : { length, read: (first, count) => padded(stretch.read(0, n), first, count, channels) };
    const end = whole.length;
    for (const { first, samples } of windowsOf(whole, channels, length, length - overlap, chunk)) {
      prepare(
        samples,
        input.subarray(waiting.length * size),
        channels,
        picker.norm,
        Math.min(n, length),
        picker.taper,
      );
      waiting.push({ stack, first, isLast: first + length === end });
      if (waiting.length < batch) continue;
      signal?.throwIfAborted();
      yield* run();
      await setImmediate(); // so that an abort, a progress line or another cell's answer gets its turn
    }
  }
  signal?.throwIfAborted();
  if (waiting.length > 0) yield* run();
}

function padded(samples: Float32Array, first: number, count: number, channels: number): Float32Array {
  const out = new Float32Array(count * channels);
  out.set(samples.subarray(first * channels, (first + count) * channels));
  return out;
}
