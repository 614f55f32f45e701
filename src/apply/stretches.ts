// Traces of one instrument as stretches without a gap that a network can take: joined, brought to its rate, put side by side.
import type { Stretch } from "./annotate.js";
import { atRate, type Trace } from "./rate.js";

/** A stretch and when it begins. */
export interface TimedStretch extends Stretch {
  /** Time of the first sample, seconds since 1970. */
  readonly start: number;
}

/** What became of an instrument's traces. */
export interface Instrument {
  readonly stretches: readonly TimedStretch[];
  /** What was left out, and why: a sentence each. */
  readonly notes: readonly string[];
}

/** A part of a trace. */
interface Part {
  readonly trace: Trace;
  readonly first: number;
  readonly count: number;
}

const startOf = ({ trace, first }: Part): number => trace.start + first / trace.rate;

/** Two parts hold the same samples where they overlap; read in pieces. */
function isSame(a: Part, b: Part, fromA: number, fromB: number, count: number): boolean {
  for (let at = 0; at < count; at += 65_536) {
    const n = Math.min(65_536, count - at);
    const x = a.trace.read(a.first + fromA + at, n);
    const y = b.trace.read(b.first + fromB + at, n);
    for (let i = 0; i < n; i++) if (x[i] !== y[i]) return false;
  }
  return true;
}

const cut = (part: Part, head: number, count = part.count - head): Part => ({
  ...part,
  first: part.first + head,
  count,
});

/** Parts of one channel in runs without a gap. Where two overlap and hold the same the second is cut; where they differ both lose that time. */
function runsOf(traces: readonly Trace[], notes: string[]): Part[][] {
  const parts = traces.map((trace): Part => ({ trace, first: 0, count: trace.length }));
  parts.sort((a, b) => startOf(a) - startOf(b) || b.count - a.count);
  const runs: Part[][] = [];
  for (const next of parts) {
    const run = runs.at(-1) ?? [];
    const last = run.at(-1);
    // samples from the last part's first to this one's, to the nearest
    const shift = last ? Math.round((startOf(next) - startOf(last)) * next.trace.rate) : 0;
    if (!last || shift > last.count) {
      runs.push([next]);
      continue;
    }
    const common = Math.min(last.count - shift, next.count);
    if (common === 0 || isSame(last, next, shift, 0, common)) {
      if (common < next.count) run.push(cut(next, common));
      continue;
    }
    const time = (common / next.trace.rate).toFixed(2);
    notes.push(`${next.trace.id}: two records of the same ${time} s differ, that time is left out`);
    // what either has behind the overlap begins a new run
    const isInside = shift + next.count < last.count;
    const after = isInside ? cut(last, shift + common) : cut(next, common);
    run.pop();
    if (shift > 0) run.push(cut(last, 0, shift));
    if (run.length === 0) runs.pop();
    if (after.count > 0) runs.push([after]);
  }
  return runs;
}

/** A run as one trace. */
function joined(run: readonly Part[]): Trace {
  const [head] = run as [Part];
  if (run.length === 1 && head.first === 0 && head.count === head.trace.length) return head.trace;
  const places = run.map((_, i) => run.slice(0, i).reduce((sum, { count }) => sum + count, 0));
  return {
    ...head.trace,
    start: startOf(head),
    length: places.at(-1)! + run.at(-1)!.count,
    read(first, count) {
      const out = new Float64Array(count);
      run.forEach((part, i) => {
        const from = Math.max(first, places[i]!);
        const end = Math.min(first + count, places[i]! + part.count);
        if (from < end) out.set(part.trace.read(part.first + from - places[i]!, end - from), from - first);
      });
      return out;
    },
  };
}

/** Place of a component among the network's: by its letter, 1 for N and 2 for E and the other way round; -1 where it has none. */
export function placeOf(letter: string, components: string): number {
  const twin = { "1": "N", "2": "E", N: "1", E: "2" }[letter];
  const own = components.indexOf(letter);
  return own >= 0 || twin === undefined ? own : components.indexOf(twin);
}

/** Traces of one instrument as stretches: parts of a channel that follow each other are joined, overlaps that agree are cut, all is brought to the
 *  rate, times go to the nearest sample; a stretch lasts as long as any component does, a component that is missing is 0.
 *
 *  @param traces Channels of one instrument, in any order, with gaps and overlaps.
 *  @param components Letters of the network's components.
 *  @param rate Its samples a second.
 *  @returns Stretches in order and what was left out. Nothing is read yet but where traces overlap.
 *  @see seisbench.models.base.GroupingHelper, which does the same with an instrument's traces. */
export function stretchesOf(traces: readonly Trace[], components: string, rate: number): Instrument {
  const notes: string[] = [];
  const channels = new Map<string, Trace[]>();
  for (const trace of traces) {
    if (trace.length === 0) continue;
    const key = `${trace.id} ${trace.rate}`;
    channels.set(key, [...(channels.get(key) ?? []), trace]);
  }
  const pieces: { readonly from: number; readonly place: number; readonly trace: Trace }[] = [];
  for (const list of channels.values()) {
    const [{ id, rate: own }] = list as [Trace];
    const place = placeOf(id.at(-1) ?? "", components);
    if (place < 0) {
      notes.push(`${id}: the component is none of ${components}, left out`);
      continue;
    }
    if (own < rate / 5) {
      notes.push(`${id}: ${own} samples a second are too few for a network of ${rate}, left out`);
      continue;
    }
    for (const run of runsOf(list, notes)) {
      const trace = atRate(joined(run), rate);
      const from = Math.round(trace.start * rate);
      if (trace.length > 0) pieces.push({ from, place, trace });
    }
  }
  pieces.sort((a, b) => a.from - b.from);
  const groups: (typeof pieces)[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const piece of pieces) {
    // stretches that share no sample are two, as in SeisBench
    if (piece.from > end) groups.push([]);
    groups.at(-1)!.push(piece);
    end = Math.max(end, piece.from + piece.trace.length - 1);
  }
  const stretches = groups.map((group): TimedStretch => {
    const from = group[0]!.from;
    const length = Math.max(...group.map((p) => p.from + p.trace.length)) - from;
    const off = group.reduce((sum, p) => sum + p.trace.start - p.from / rate, 0) / group.length;
    return {
      start: from / rate + off,
      length,
      read: (first, count) => {
        const out = new Float32Array(count * components.length);
        for (const { from: at, place, trace } of group) {
          const low = Math.max(first, at - from);
          const high = Math.min(first + count, at - from + trace.length);
          if (low >= high) continue;
          const samples = trace.read(low - (at - from), high - low);
          for (let i = 0; i < samples.length; i++)
            out[(low - first + i) * components.length + place] = samples[i]!;
        }
        return out;
      },
    };
  });
  return { stretches, notes };
}
