// Picks of phases along records of any length, and the probability curves behind them.
import { keepApart, type Peak, peakScanner } from "../signal/index.js";
import { type AnnotateOptions, annotateStretches } from "./annotate.js";
import type { Picker } from "./picker.js";
import type { Trace } from "./rate.js";
import { stretchesOf, type TimedStretch } from "./stretches.js";

/** Samples in memory, as `formats.readMiniSeed` gives them. */
export interface Segment {
  /** NET.STA.LOC.CHA; the last letter is the component. */
  readonly id: string;
  /** Time of the first sample, seconds since 1970. */
  readonly start: number;
  /** Samples a second. */
  readonly sampleRate: number;
  readonly data: Float32Array | Float64Array | Int32Array;
}

/** Probabilities along a stretch without a gap. */
export interface Annotation {
  /** Time of the first sample, seconds since 1970. */
  readonly start: number;
  /** Samples a second, the picker's. */
  readonly rate: number;
  /** A curve a phase, by its letter; NaN where every window is blind. */
  readonly curves: Readonly<Record<string, Float32Array>>;
}

/** A phase at a moment. */
export interface PhasePick {
  readonly phase: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly prob: number;
}

export interface PickOptions extends AnnotateOptions {
  /** Least probability, or one a phase. Default 0.3. */
  readonly threshold?: number | Readonly<Record<string, number>>;
  /** Least distance of two picks of one phase, s. Default 0.5. */
  readonly apart?: number;
}

const traceOf = ({ id, start, sampleRate, data }: Segment): Trace => ({
  id,
  start,
  rate: sampleRate,
  length: data.length,
  read: (first, count) => data.subarray(first, first + count),
});

/** Probabilities of the phases along the records of one instrument.
 *
 *  @param picker From `loadPicker`.
 *  @param segments Its channels, with gaps, overlaps and any rate; others than the picker's components are left out.
 *  @param options Overlap, stacking, blinding and the like; none changes the picker.
 *  @returns Curves of each stretch that is as long as a window at least.
 *  @throws RangeError as `annotateStretches`.
 *  @see Woollam et al. (2022), SeisBench, `annotate`. */
export async function annotate(
  picker: Picker,
  segments: readonly Segment[],
  options: AnnotateOptions = {},
): Promise<Annotation[]> {
  const { stretches } = stretchesOf(segments.map(traceOf), picker.components, picker.rate);
  const classes = picker.phases.length;
  const found = new Map<number, Float32Array[]>();
  for await (const { stretch, first, data } of annotateStretches(picker, stretches, options)) {
    let curves = found.get(stretch);
    if (!curves) {
      curves = [...picker.phases].map(() => new Float32Array(stretches[stretch]!.length));
      found.set(stretch, curves);
    }
    for (const [c, curve] of curves.entries())
      for (let i = c, at = first; i < data.length; i += classes, at++) curve[at] = data[i]!;
  }
  return [...found].map(([stretch, curves]) => ({
    start: stretches[stretch]!.start,
    rate: picker.rate,
    curves: Object.fromEntries([...picker.phases].map((phase, c) => [phase, curves[c]!])),
  }));
}

/** Picks along stretches of any length: all local maxima at or above the threshold, apart from each other; noise (N) and detections (D) are not picked.
 *
 *  @param picker From `loadPicker`.
 *  @param stretches Asked for one after the other.
 *  @param options Threshold, distance, and what `annotateStretches` takes.
 *  @returns Each stretch with its picks in time order, once it is done; those too short for an answer are left out. */
export async function* pickStretches<T extends TimedStretch>(
  picker: Picker,
  stretches: Iterable<T> | AsyncIterable<T>,
  options: PickOptions = {},
): AsyncGenerator<{ readonly stretch: T; readonly picks: PhasePick[] }> {
  const { threshold = 0.3, apart = 0.5 } = options;
  const wanted = [...picker.phases].flatMap((phase, c) => ("ND".includes(phase) ? [] : [{ phase, c }]));
  const open = new Map<number, T>();
  const watched = (async function* () {
    let number = 0;
    for await (const stretch of stretches) {
      open.set(number++, stretch);
      yield stretch;
    }
  })();
  let peaks: Peak[][] = [];
  let scans: ((value: number) => void)[] = [];
  for await (const { stretch: number, first, data, isLast } of annotateStretches(picker, watched, options)) {
    if (first === 0) {
      peaks = wanted.map(() => []);
      scans = wanted.map(({ phase }, k) => {
        const least = typeof threshold === "number" ? threshold : (threshold[phase] ?? 0.3);
        return peakScanner(least, (index, value) => peaks[k]!.push({ index, value }));
      });
    }
    const classes = picker.phases.length;
    for (const [k, { c }] of wanted.entries())
      for (let i = c; i < data.length; i += classes) scans[k]!(data[i]!);
    if (!isLast) continue;
    const stretch = open.get(number)!;
    for (const other of open.keys()) if (other <= number) open.delete(other);
    const picks = wanted.flatMap(({ phase }, k) =>
      keepApart(peaks[k]!, apart * picker.rate).map(({ index, value }) => ({
        phase,
        time: stretch.start + index / picker.rate,
        prob: value,
      })),
    );
    yield { stretch, picks: picks.sort((a, b) => a.time - b.time) };
  }
}

/** Picks of phases on the records of one instrument.
 *
 *  @param picker From `loadPicker`.
 *  @param segments Its channels, with gaps, overlaps and any rate.
 *  @param options Threshold, distance, and what `annotate` takes.
 *  @returns Picks in time order. */
export async function pick(
  picker: Picker,
  segments: readonly Segment[],
  options: PickOptions = {},
): Promise<PhasePick[]> {
  const { stretches } = stretchesOf(segments.map(traceOf), picker.components, picker.rate);
  const picks: PhasePick[] = [];
  for await (const found of pickStretches(picker, stretches, options)) picks.push(...found.picks);
  return picks.sort((a, b) => a.time - b.time);
}
