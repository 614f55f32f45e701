// The rows of the augmentation ablation: what each does to a record before a network learns from it.
import { normaliseWindow } from "../../apply/index.js";
import { type Rng, rng } from "../../core/index.js";
import { augment } from "../../data/index.js";
import type { SampleSet } from "../../nn/index.js";
import { ablationWindow } from "./ablation-records.js";
import type { PickingRecord } from "./picking.js";

/** Augmentations beside the shift, by the names in the tables. */
export type Extra = "times" | "event" | "noise" | "noise only" | "signs" | "high-pass" | "dropout";
const every: readonly Extra[] = ["times", "event", "noise", "noise only", "signs", "high-pass", "dropout"];

/** What a row of the ablation learns from. */
export interface AblationRow {
  /** Where the first P lies in a window, s, uniform in this range. */
  readonly p: readonly [number, number];
  readonly extras: readonly Extra[];
  /** Records to learn from. Default 78. */
  readonly records?: number;
  /** Each record gives so many windows, cut once, the same in every epoch. Default: new ones whenever asked. */
  readonly copies?: number;
  /** A fifth of the copies is held back for validation, at random: copies of one record lie on both sides. */
  readonly isLeaky?: boolean;
  /** Run in the profile "paper" only. */
  readonly isPaper?: boolean;
}

const anywhere = [0, 30] as const;
const fixed = [10, 10] as const;
const without = (extra: Extra): readonly Extra[] => every.filter((name) => name !== extra);
const alone = (extra: Extra): AblationRow => ({ p: anywhere, extras: [extra] });

/** Rows by name. Where nothing else is said P lies anywhere (0 to 30 s), and windows are cut anew in every epoch. */
export const ablationRows: Readonly<Record<string, AblationRow>> = {
  "none (P at 10 s)": { p: fixed, extras: [] },
  "shift 10 to 15 s": { p: [10, 15], extras: [] },
  shift: { p: anywhere, extras: [] },
  "shift, precomputed": { p: anywhere, extras: [], copies: 1 },
  "shift + event": alone("event"),
  "shift + noise": alone("noise"),
  "shift + noise only": alone("noise only"),
  "shift + dropout": alone("dropout"),
  "shift + times": alone("times"),
  "shift + signs": alone("signs"),
  all: { p: anywhere, extras: every },
  "all but shift": { p: fixed, extras: every, isPaper: true },
  "all but event": { p: anywhere, extras: without("event") },
  "all but noise": { p: anywhere, extras: without("noise") },
  "all but noise only": { p: anywhere, extras: without("noise only"), isPaper: true },
  "all but dropout": { p: anywhere, extras: without("dropout") },
  "shift, 10 records": { p: anywhere, extras: [], records: 10 },
  "all, 10 records": { p: anywhere, extras: every, records: 10 },
  "shift, 20 records": { p: anywhere, extras: [], records: 20 },
  "all, 20 records": { p: anywhere, extras: every, records: 20 },
  "shift, 40 records": { p: anywhere, extras: [], records: 40 },
  "all, 40 records": { p: anywhere, extras: every, records: 40 },
  "copies of 40 records, then split": { p: anywhere, extras: [], records: 40, copies: 10, isLeaky: true },
  "none + event": { p: fixed, extras: ["event"], isPaper: true },
  "none + noise": { p: fixed, extras: ["noise"], isPaper: true },
  "none + noise only": { p: fixed, extras: ["noise only"], isPaper: true },
  "none + dropout": { p: fixed, extras: ["dropout"], isPaper: true },
  "none + times": { p: fixed, extras: ["times"], isPaper: true },
  "shift + high-pass": { ...alone("high-pass"), isPaper: true },
  "all but times": { p: anywhere, extras: without("times"), isPaper: true },
  "all but signs": { p: anywhere, extras: without("signs"), isPaper: true },
  "none, 10 records": { p: fixed, extras: [], records: 10, isPaper: true },
  "none, 40 records": { p: fixed, extras: [], records: 40, isPaper: true },
};

const same: augment.Augmentation = (example) => example;

/** The chain of a row: own recipe of the picker with what the row leaves out left out; each step keeps its own stream, so no other draw changes.
 *  @param records Where second events and noise come from. */
export function ablationChain(row: AblationRow, records: readonly PickingRecord[]): augment.Augmentation {
  const noises = records.flatMap(({ noise }) => noise ?? []);
  const draw = <T>(all: readonly T[], rng: Rng): T => all[rng.integer(0, all.length)]!;
  const noise = (rng: Rng) => draw(noises, rng);
  const { sequence, sometimes } = augment;
  const when = (extra: Extra, step: augment.Augmentation) => (row.extras.includes(extra) ? step : same);
  const times = when(
    "times",
    sequence(sometimes(0.3, augment.stretchSP()), sometimes(0.4, augment.timeScale())),
  );
  const other = (rng: Rng) => times(draw(records, rng).example, rng.fork("time"));
  return sequence(
    times,
    augment.window({ length: ablationWindow, p: row.p }),
    when("event", sometimes(0.3, augment.superposeEvent({ other }))),
    when("noise", sometimes(0.3, augment.superposeNoise({ noise, by: "P", ratio: [-1.7, 0] }))),
    when("noise only", sometimes(0.1, augment.noiseOnly({ noise }))),
    when("signs", sequence(augment.rotate(), augment.flipPolarity())),
    when("high-pass", sometimes(0.2, augment.highpass())),
    when("dropout", sometimes(0.25, augment.dropChannels())),
  );
}

/** A row's training: what is learned, and on what its thresholds are chosen. */
export interface AblationData {
  readonly learned: SampleSet;
  /** Windows with their labels, cut as the row cuts them: of 10 records of the pool that no row learns from; of a leaky row the copies held back. */
  readonly held: readonly augment.Example[];
}

/** Records of the pool that are kept for choices. */
const choices = 10;

/** Windows that a row learns from.
 *  @param pool Records that are not tested on; the row takes the first of a permutation, so that fewer are a part of more.
 *  @param seed Of the permutation, of copies cut once. */
export function ablationData(row: AblationRow, pool: readonly PickingRecord[], seed: number): AblationData {
  const root = rng(seed).fork("ablation");
  const order = root.fork("records").permutation(pool.length);
  const records = Array.from(order.subarray(choices, choices + (row.records ?? 78)), (i) => pool[i]!);
  const chain = ablationChain(row, records);
  const sampleOf = (example: augment.Example) => ({
    x: normaliseWindow(example.waveform),
    y: augment.labels(example, { sigma: 0.1 }),
  });
  const unseen = () => {
    const cut = augment.window({ length: ablationWindow, p: row.p });
    return Array.from({ length: 4 * choices }, (_, k) =>
      cut(pool[order[k % choices]!]!.example, root.fork(`choice ${k}`)),
    );
  };
  if (row.copies === undefined) {
    const sample = (i: number, rng: Rng) => sampleOf(chain(records[i]!.example, rng));
    return { learned: { length: records.length, sample }, held: unseen() };
  }
  const examples = records.map(({ example }) => example);
  const copies = augment.precompute(chain, examples, root, row.copies * records.length);
  const shuffled = Array.from(root.fork("split").permutation(copies.length), (k) => copies[k]!);
  const cut = row.isLeaky ? Math.floor(copies.length / 5) : 0;
  const kept = shuffled.slice(cut).map(sampleOf);
  const held = row.isLeaky ? shuffled.slice(0, cut) : unseen();
  return { learned: { length: kept.length, sample: (i) => kept[i]! }, held };
}
