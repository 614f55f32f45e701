// The 20 labelled shot gathers of the first-break protocol: waveforms, hand-made picks, and folds that keep neighbouring shots together.
import { readFileSync } from "node:fs";
import type { Grid } from "../core/index.js";
import { readNpy } from "../formats/index.js";
import { find } from "./find.js";

/** Numbers of the files, which are numbers of shots, rising. */
export const numbers: readonly number[] = [
  13, 20, 21, 34, 35, 108, 109, 120, 121, 134, 135, 240, 242, 243, 256, 257, 280, 281, 294, 295,
];

/** Sample interval of all gathers, s. */
export const dt = 0.00025;

/** Shots of fold 1, the protocol's "test-5". */
const test: ReadonlySet<number> = new Set([13, 108, 109, 256, 257]);

/** A shot gather with the picks of an analyst. */
export interface LabelledGather {
  /** Number of the shot. */
  readonly number: number;
  /** Waveforms [48, 4000], in the file's amplitudes. */
  readonly gather: Grid;
  /** First breaks, samples of .25 ms from 0, fractional, shape [48]. They are piecewise linear between nodes picked by hand. */
  readonly labels: Float64Array;
  /** 1 to 5; fold 1 is the protocol's test set. */
  readonly fold: number;
  /** First shot of those at the same or the next station. */
  readonly cluster: number;
  /** Receiver spread, which gathers share: A, B or C. */
  readonly spread: "A" | "B" | "C";
}

/** Shots of one spread have numbers within 50 of the next one's (their common background noise says so). */
function spreadOf(shots: readonly number[], i: number): LabelledGather["spread"] {
  let spread = 0;
  for (let k = 1; k <= i; k++) if (shots[k]! - shots[k - 1]! > 50) spread++;
  return (["A", "B", "C"] as const)[spread]!;
}

/** One gather of the files NUMBER.npy ([sample, trace]) and NUMBER.txt (a line "Time", then seconds). */
function readOne(number: number): Pick<LabelledGather, "number" | "gather" | "labels"> {
  const folder = "first-break/geostack-train";
  const { data, shape } = readNpy(readFileSync(find(`${folder}/${number}.npy`)), { as: "float32" });
  const [nt, traces] = shape as [number, number];
  const lines = readFileSync(find(`${folder}/${number}.txt`), "utf8")
    .trim()
    .split(/\s+/)
    .slice(1);
  const labels = Float64Array.from(lines, (line) => Number(line) / dt);
  if (shape.length !== 2 || labels.length !== traces || !labels.every(Number.isFinite))
    throw new Error(
      `data.firstbreak: ${number}.txt must hold a time for each trace of [${shape}], got ${labels.length}`,
    );
  const turned = new Float32Array(data.length);
  for (let t = 0; t < nt; t++) for (let x = 0; x < traces; x++) turned[x * nt + t] = data[t * traces + x]!;
  return { number, gather: { data: turned, shape: [traces, nt] }, labels };
}

const nearest = (labels: Float64Array): number => labels.indexOf(Math.min(...labels));

/** Folds of clusters: fold 1 is given; then the first cluster of two shots that is left goes with the last one left of another spread
 *  that its spread was not paired with yet; the cluster of three shots comes last. */
function foldsOf(
  clusters: ReadonlyMap<number, string>,
  sizes: ReadonlyMap<number, number>,
): Map<number, number> {
  const folds = new Map([...clusters.keys()].filter((c) => test.has(c)).map((c) => [c, 1]));
  const rest = [...clusters.keys()].filter((c) => !folds.has(c));
  const left = rest.filter((c) => sizes.get(c)! < 3);
  const paired = new Set<string>();
  let fold = 2;
  for (; left.length > 0; fold++) {
    const first = left.shift()!;
    const others = left.filter((c) => {
      const [a, b] = [clusters.get(first)!, clusters.get(c)!];
      return a !== b && !paired.has(a + b);
    });
    const spread = others.length > 0 ? clusters.get(others[0]!) : undefined;
    const last = others.filter((c) => clusters.get(c) === spread).at(-1);
    folds.set(first, fold);
    if (last === undefined) continue;
    folds.set(last, fold);
    paired.add(clusters.get(first)! + spread!);
    left.splice(left.indexOf(last), 1);
  }
  for (const c of rest) if (!folds.has(c)) folds.set(c, fold++);
  return folds;
}

/** The 20 gathers with their folds.
 *
 *  Shots of one spread whose numbers differ by 1 or 2 and whose least pick lies on the same or the next trace stand at one station or
 *  side by side: a cluster, which no fold cuts. Fold 1 is test-5; folds 2 to 4 pair the other clusters of two spreads; fold 5 is the
 *  one cluster of three shots. Folds share spreads; to test on receivers never seen, leave a spread out.
 *
 *  @returns In the order of `numbers`; kept, so do not change them.
 *  @throws Error with both cures where a file is not on this machine. */
export function labelled(): readonly LabelledGather[] {
  known ??= load();
  return known;
}
let known: readonly LabelledGather[] | undefined;

function load(): LabelledGather[] {
  const read = numbers.map(readOne);
  const clusterOf: number[] = [];
  const spreads = new Map<number, string>();
  read.forEach(({ number, labels }, i) => {
    const before = read[i - 1];
    const joins =
      before &&
      spreadOf(numbers, i) === spreadOf(numbers, i - 1) &&
      number - before.number <= 2 &&
      Math.abs(nearest(labels) - nearest(before.labels)) <= 1;
    clusterOf.push(joins ? clusterOf[i - 1]! : number);
    spreads.set(clusterOf[i]!, spreadOf(numbers, i));
  });
  const sizes = new Map([...spreads.keys()].map((c) => [c, clusterOf.filter((other) => other === c).length]));
  const folds = foldsOf(spreads, sizes);
  return read.map((one, i) => ({
    ...one,
    cluster: clusterOf[i]!,
    spread: spreadOf(numbers, i),
    fold: folds.get(clusterOf[i]!)!,
  }));
}

/** A click of an analyst. */
export interface Click {
  readonly trace: number;
  /** Sample, fractional. */
  readonly sample: number;
}

/** Clicks of a made-up analyst: label + N(0, 2) samples at traces 8, 24, 40, by NumPy's `default_rng(7).normal(0, 2, (20, 3))`.
 *
 *  @param gathers Of `labelled()`, all of them or some.
 *  @param normal Row by row what the protocol draws: `rng.numpy(7).standardNormal([20, 3])`.
 *  @returns Three clicks a gather, by its number. */
export function protocolClicks(
  gathers: readonly LabelledGather[],
  normal: ArrayLike<number>,
): ReadonlyMap<number, readonly Click[]> {
  return new Map(
    gathers.map(({ number, labels }) => [
      number,
      [8, 24, 40].map((trace, k) => ({
        trace,
        sample: labels[trace]! + 2 * normal[3 * numbers.indexOf(number) + k]!,
      })),
    ]),
  );
}
