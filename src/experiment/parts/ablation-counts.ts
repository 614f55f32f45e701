// What the journal of the ablation holds, record by record: the counts behind every F1 of its tables.
import {
  f1Difference,
  f1OverRecords,
  type Interval,
  meanInterval,
  precisionRecallF1,
  type RecordCounts,
} from "../../metrics/index.js";
import type { Entry } from "../types.js";
import { type Packed, unpacked } from "./ablation-score.js";
import type { Condition } from "./ablation-windows.js";

export type Phase = "P" | "S";
/** Largest distance of a hit from the analyst's pick, s. */
export type Tolerance = 0.1 | 0.5;

/** What is looked at: a phase under a condition. */
export interface Question {
  readonly condition: Condition | "held";
  readonly phase: Phase;
  readonly tolerance: Tolerance;
}

const packedOf = ({ result }: Entry, condition: string, phase: Phase): Packed => {
  const k = phase === "P" ? 0 : 1;
  const own = result[condition] as readonly string[];
  if (own.length === 8) return own.slice(4 * k, 4 * k + 4) as unknown as Packed;
  const asked = (result.anywhere as readonly string[])[4 * k]!; // only the samples were changed
  return [asked, ...own.slice(3 * k, 3 * k + 3)] as unknown as Packed;
};

/** Counts of a run by record; records without horizontals are left out where Z is taken away. */
export function countsOf(entry: Entry, { condition, phase, tolerance }: Question): RecordCounts[] {
  const horizontals = entry.result.horizontals as string;
  const needsThem = ["E", "N", "EN"].includes(condition);
  return unpacked(packedOf(entry, condition, phase)).flatMap(([asked, picks, near, far], i) => {
    if (needsThem && horizontals[i] === "0") return [];
    const hits = tolerance === 0.1 ? near : far;
    return [[hits, picks - hits, asked - hits] as const];
  });
}

/** Runs of a row by seed. */
export function runsOf(entries: readonly Entry[], row: string): Entry[] {
  return entries
    .filter(({ task }) => task.row === row && task.part === undefined)
    .sort((a, b) => a.task.seed - b.task.seed);
}

/** Counts of all records that a row's seeds were tested on; a record tested by two seeds counts once, its counts added up. */
function pooled(runs: readonly Entry[], question: Question): RecordCounts[] {
  const byRecord = new Map<string, RecordCounts>();
  for (const run of runs)
    countsOf(run, question).forEach((counts, i) => {
      const key = `${run.task.fold as number} ${i}`;
      const before = byRecord.get(key) ?? [0, 0, 0];
      byRecord.set(key, [before[0] + counts[0], before[1] + counts[1], before[2] + counts[2]]);
    });
  return [...byRecord.values()];
}

const sum = (rows: readonly RecordCounts[]) =>
  precisionRecallF1(
    ...rows.reduce<[number, number, number]>(
      (total, row) => [total[0] + row[0], total[1] + row[1], total[2] + row[2]],
      [0, 0, 0],
    ),
  );

/** Precision, recall and F1 of a row over all its seeds' records; undefined where no seed is there. */
export function scoreOf(entries: readonly Entry[], row: string, question: Question) {
  const runs = runsOf(entries, row);
  return runs.length === 0 ? undefined : sum(pooled(runs, question));
}

/** F1 of a row with its interval over records. */
export function estimateOf(entries: readonly Entry[], row: string, question: Question) {
  const runs = runsOf(entries, row);
  return runs.length === 0 ? undefined : f1OverRecords(pooled(runs, question), { resamples: 400 });
}

/** A planned comparison: what a row gains over another under a condition. */
export interface Gain {
  readonly row: string;
  readonly over: string;
  readonly question: Question;
  readonly difference: number;
  /** 95 % over records. */
  readonly records: readonly [number, number];
  /** 95 % over seeds, each on a fold of its own: mean of the differences of F1. */
  readonly seeds: Interval;
  /** Exchange of the methods record by record. */
  readonly p: number;
}

/** What a row gains over another, on the seeds that both have; undefined where there is none. */
export function gainOf(
  entries: readonly Entry[],
  row: string,
  over: string,
  question: Question,
): Gain | undefined {
  const [a, b] = [runsOf(entries, row), runsOf(entries, over)];
  const common = a.filter(({ task }) => b.some((other) => other.task.seed === task.seed));
  const others = common.map(({ task }) => b.find((other) => other.task.seed === task.seed)!);
  if (common.length === 0) return undefined;
  const { difference, low, high, p } = f1Difference(pooled(common, question), pooled(others, question));
  const f1 = (runs: readonly Entry[]) => runs.map((run) => sum(countsOf(run, question)).f1);
  const theirs = f1(others);
  const seeds = meanInterval(f1(common).map((v, i) => v - theirs[i]!));
  return { row, over, question, difference, records: [low, high], seeds, p };
}
