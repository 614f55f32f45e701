// The records of notebook 03 with their split, and the samples that a picker learns from.
import { createHash } from "node:crypto";
import { normaliseWindow, pickerSettings } from "../../apply/index.js";
import { type Grid, type Rng, rng } from "../../core/index.js";
import { augment, find, phasenetRecord, readCsv } from "../../data/index.js";
import type { PickWindow } from "../../metrics/index.js";
import type { SampleSet } from "../../nn/index.js";

/** A record with what keeps training and test apart. */
export interface PickingRecord {
  /** File name upstream, e.g. "BG_ACR_2012082505145960.npz". */
  readonly file: string;
  readonly example: augment.Example;
  readonly split: "train" | "val" | "test";
  /** 1 to 5; fold 1 is the test split. */
  readonly fold: number;
  /** Recorded noise before P; undefined where it is padded or holds an arrival that nobody labelled. */
  readonly noise: augment.Example | undefined;
}

/** Samples of recorded noise before P, to 1 s before it. */
export const noiseSamples = 2900;

/** The 110 records of `picking/phasenet-train`, in the order of their file names. No station and no event lies in two folds.
 *
 *  Folds: a group of records that share a station is never cut; fold 1 is the test split of stead/ncedc-110-splits.csv; the other groups, the largest first, then
 *  by the SHA-256 of their name, go each to the one of folds 2 to 5 that has the fewest records.
 *  @throws Error with the cure where the data are missing. */
export function pickingRecords(): readonly PickingRecord[] {
  known ??= load();
  return known;
}
let known: readonly PickingRecord[] | undefined;

function load(): PickingRecord[] {
  const rows = readCsv(find("stead/ncedc-110-splits.csv")).rows();
  const events = rows.filter((row) => String(row.trace_name).endsWith("_EV"));
  const quiet = new Set(
    rows.filter((row) => String(row.trace_name).endsWith("_NO")).map((row) => row.source_file),
  );
  const groups = new Map<string, string[]>();
  for (const row of events)
    groups.set(String(row.group), [...(groups.get(String(row.group)) ?? []), String(row.source_file)]);
  const folds = foldsOf(
    groups,
    new Set(events.filter((row) => row.split === "test").map((row) => String(row.group))),
  );
  return events
    .map((row) => {
      const file = String(row.source_file);
      const example = augment.fromRecording(phasenetRecord(find(`picking/phasenet-train/${file}`)));
      return {
        file,
        example,
        split: String(row.split) as PickingRecord["split"],
        fold: folds.get(String(row.group))!,
        noise: quiet.has(file) ? noiseOf(example) : undefined,
      };
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

const noiseOf = (example: augment.Example): augment.Example => ({
  ...augment.cut(example, 0, noiseSamples),
  arrivals: [],
  ignore: [],
});

function foldsOf(
  groups: ReadonlyMap<string, readonly string[]>,
  test: ReadonlySet<string>,
): Map<string, number> {
  const hash = (name: string) => createHash("sha256").update(name).digest("hex");
  const folds = new Map([...test].map((group) => [group, 1]));
  const sizes = [0, 0, 0, 0];
  const rest = [...groups.keys()].filter((group) => !test.has(group));
  const order = rest.sort(
    (a, b) => groups.get(b)!.length - groups.get(a)!.length || (hash(a) < hash(b) ? -1 : 1),
  );
  for (const group of order) {
    const fewest = sizes.indexOf(Math.min(...sizes));
    folds.set(group, fewest + 2);
    sizes[fewest]! += groups.get(group)!.length;
  }
  return folds;
}

/** Samples of the windows that a picker sees: 30 s at 100 Hz and both ends. */
export const windowLength = pickerSettings.length;

/** How records become samples for a picker. */
export interface PickingRecipe {
  /** Standard deviation of the labels, s. Default .06. */
  readonly sigma?: number;
  /** What happens to a record; default `augmentations`, all of them. */
  readonly augmentation?: (records: readonly PickingRecord[]) => augment.Augmentation;
}

/** What the noise on top of a record is measured by: the P of the weak, the window (which S dominates) of the strong; or one of the two by chance. */
export type NoiseMeasure = "P" | "window" | "either";

/** The recipe of the own picker: S-P changed, time scale, random shift, second event, noise on top or alone, rotation, high-pass, missing channels, signs.
 *  @param records Where second events and noise come from. @param measure Of the noise on top, default "either". */
export function augmentations(
  records: readonly PickingRecord[],
  measure: NoiseMeasure = "either",
): augment.Augmentation {
  const noises = records.flatMap(({ noise }) => noise ?? []);
  const pick = <T>(all: readonly T[], rng: Rng): T => all[rng.integer(0, all.length)]!;
  const noise = (rng: Rng) => pick(noises, rng);
  const { sequence, sometimes } = augment;
  const inTime = sequence(sometimes(0.3, augment.stretchSP()), sometimes(0.4, augment.timeScale()));
  const other = (rng: Rng) => inTime(pick(records, rng).example, rng.fork("time"));
  const noisy = {
    P: augment.superposeNoise({ noise, by: "P", ratio: [-1.7, -0.2] }),
    window: augment.superposeNoise({ noise, by: "window", ratio: [-2.2, -0.3] }),
  };
  const more: augment.Augmentation = (example, rng) =>
    noisy[measure === "either" ? pick(["P", "window"] as const, rng.fork("measure")) : measure](example, rng);
  return sequence(
    inTime,
    augment.window({ length: windowLength, p: [-3, 30] }),
    sometimes(0.3, augment.superposeEvent({ other })),
    sometimes(0.3, more),
    sometimes(0.1, augment.noiseOnly({ noise })),
    augment.rotate(),
    sometimes(0.2, augment.highpass()),
    sometimes(0.25, augment.dropChannels()),
    augment.flipPolarity(),
  );
}

/** Windows with their labels: x [3001, 3], each channel normalised; y [3001, 3], probabilities of P, S and neither.
 *  @param records To learn from. */
export function pickingSamples(
  records: readonly PickingRecord[],
  { sigma = 0.06, augmentation = augmentations }: PickingRecipe = {},
): SampleSet {
  const change = augmentation(records);
  return {
    length: records.length,
    sample(i, rng) {
      const example = change(records[i]!.example, rng);
      return { x: normaliseWindow(example.waveform), y: augment.labels(example, { sigma }) };
    },
  };
}

/** Windows for validation: four a record, P anywhere, nothing changed; the same ones whenever asked. */
export function validationWindows(records: readonly PickingRecord[]): SampleSet {
  const root = rng(6).fork("windows");
  const place = augment.window({ length: windowLength, p: [0, 30] });
  return {
    length: 4 * records.length,
    sample(i) {
      const { example, file } = records[Math.floor(i / 4)]!;
      const cut = place(example, root.fork(`${file} ${i % 4}`));
      return { x: normaliseWindow(cut.waveform), y: augment.labels(cut) };
    },
  };
}

/** A window of a record on which pickers are judged. */
export interface JudgedWindow extends PickWindow {
  /** Sample of the record at which it begins. */
  readonly offset: number;
}

/** Windows of 3,001 samples on which pickers are judged: four a record with P anywhere from 0 to 30 s, and the recorded noise before P. Arrivals that
 *  nobody labelled are ignored. The same windows whenever asked.
 *  @param records Of `pickingRecords`. */
export function pickingWindows(records: readonly PickingRecord[]): JudgedWindow[] {
  const root = rng(26).fork("windows");
  return records.flatMap(({ file, example, noise }) => {
    const [p, s] = (["P", "S"] as const).map(
      (phase) => example.arrivals.find((arrival) => arrival.phase === phase)!.sample,
    ) as [number, number];
    const draw = root.fork(file);
    const isInside = (at: number) => at >= 0 && at < windowLength;
    const cut = (name: string, offset: number) => ({
      window: `${file}.${name}`,
      file,
      offset,
      ignore: example.ignore
        .map(([a, b]) => [Math.max(0, a - offset), Math.min(windowLength, b - offset)] as const)
        .filter(([a, b]) => a < b),
    });
    const events = Array.from({ length: 4 }, (_, k): JudgedWindow => {
      const offset = Math.round(p - draw.uniform(-200, windowLength + 200));
      const place = Math.max(0, offset);
      return {
        ...cut(`w${k}`, place),
        kind: "event",
        scored: [0, windowLength],
        ...(isInside(p - place) ? { p: p - place } : {}),
        ...(isInside(s - place) ? { s: s - place } : {}),
      };
    });
    const quiet: JudgedWindow = { ...cut("n", 0), kind: "noise", scored: [0, noiseSamples] };
    return noise ? [...events, quiet] : events;
  });
}

/** The samples of a judged window, [3001, 3]. */
export function windowOf(record: PickingRecord, { offset }: JudgedWindow): Grid {
  return augment.cut(record.example, offset, windowLength).waveform;
}
