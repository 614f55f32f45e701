// Pickers on the 110 records of notebook 03: five folds and three seeds of the own recipe, beside a pretrained network and the classical way.
import {
  loadPicker,
  type Picker,
  pickerSettings,
  pickStretches,
  staltaStretches,
} from "../../apply/index.js";
import {
  meanInterval,
  type PickScore,
  type PickWindow,
  pickScores,
  type WindowPick,
} from "../../metrics/index.js";
import { fit, phasenet } from "../../nn/index.js";
import { table } from "../../show/index.js";
import { ready } from "../../tensor/index.js";
import { present } from "../groups.js";
import {
  augmentations,
  type JudgedWindow,
  type NoiseMeasure,
  noiseSamples,
  type PickingRecord,
  pickingRecords,
  pickingSamples,
  pickingWindows,
  windowLength,
  windowOf,
} from "../parts/picking.js";
import { picker as recipe } from "../train/picker.js";
import type { Entry, Experiment, Size, Task } from "../types.js";

const floor = 0.1; // least probability that is written down
const folds = [1, 2, 3, 4, 5] as const;

interface Row {
  /** How noise on top is measured, for those that are trained. */
  readonly by?: NoiseMeasure;
  readonly seeds?: number;
}

const rows: Readonly<Record<string, Row>> = {
  "STA/LTA + AIC": {},
  "PhaseNet volpick, pretrained": {},
  "PhaseNet, own recipe": { by: "either", seeds: 3 },
  "the same, noise measured by P": { by: "P", seeds: 1 },
  "the same, noise measured by the window": { by: "window", seeds: 1 },
};

/** A pick as the journal keeps it: window of the fold, 0 P or 1 S, sample, probability in thousandths. */
type Kept = [window: number, phase: number, sample: number, prob: number];

const windowsOf = (fold: number): { records: PickingRecord[]; windows: JudgedWindow[] } => {
  const records = pickingRecords().filter((record) => record.fold === fold);
  return { records, windows: pickingWindows(records) };
};

/** Picks in the windows of a fold, of a network or by STA/LTA and AIC. */
async function picksOf(picker: Picker | "stalta", fold: number): Promise<Kept[]> {
  const { records, windows } = windowsOf(fold);
  const byFile = new Map(records.map((record) => [record.file, record]));
  const order = [...(picker === "stalta" ? "ENZ" : picker.components)].map((letter) => "ENZ".indexOf(letter));
  const stretches = windows.map((window, number) => {
    const { data, shape } = windowOf(byFile.get(window.file)!, window);
    const read = (first: number, count: number) =>
      Float32Array.from(
        { length: 3 * count },
        (_, i) => data[3 * (first + Math.floor(i / 3)) + order[i % 3]!]!,
      );
    return { number, start: 0, length: shape[0]!, read };
  });
  const options = { threshold: floor };
  const found =
    picker === "stalta" ? staltaStretches(stretches, options) : pickStretches(picker, stretches, options);
  const kept: Kept[] = [];
  for await (const { stretch, picks } of found)
    for (const { phase, time, prob } of picks)
      kept.push([stretch.number, phase === "P" ? 0 : 1, Math.round(time * 100), Math.round(prob * 1000)]);
  return kept;
}

async function trained(by: NoiseMeasure, fold: number, seed: number, steps: number): Promise<Kept[]> {
  const learned = pickingRecords().filter((record) => record.fold !== fold);
  const model = phasenet({ seed, padding: "tensorflow" });
  try {
    const augmentation = (records: readonly PickingRecord[]) => augmentations(records, by);
    await fit(model, pickingSamples(learned, { augmentation }), {
      ...recipe.fit,
      steps,
      seed,
    });
    const picker = { ...pickerSettings, name: "own", model, dispose: () => undefined };
    return await picksOf(picker, fold);
  } finally {
    model.dispose();
  }
}

/** A window as the journal keeps it, so that the table needs no data: record of the fold, 1 noise or 0 event, P, S (-1 outside), then what is ignored. */
type Truth = number[];

/** What the analysts say about a fold's windows. */
function truthOf(fold: number): { readonly files: string[]; readonly windows: Truth[] } {
  const { records, windows } = windowsOf(fold);
  const files = records.map(({ file }) => file);
  return {
    files,
    windows: windows.map(({ file, kind, p, s, ignore = [] }) => [
      files.indexOf(file),
      kind === "noise" ? 1 : 0,
      p ?? -1,
      s ?? -1,
      ...ignore.flat(),
    ]),
  };
}

/** Scores of the journal's picks of one seed. */
function scored(entries: readonly Entry[], threshold = 0.3): PickScore[] {
  const windows: PickWindow[] = [];
  const picks: WindowPick[] = [];
  for (const { result } of entries) {
    const files = result.files as string[];
    const mine = (result.windows as unknown as Truth[]).map(
      ([record, isNoise, p, s, ...ignore], i): PickWindow => ({
        window: `${files[record!]} ${i}`,
        file: files[record!]!,
        kind: isNoise === 1 ? "noise" : "event",
        scored: [0, isNoise === 1 ? noiseSamples : windowLength],
        ...(p! >= 0 ? { p: p! } : {}),
        ...(s! >= 0 ? { s: s! } : {}),
        ignore: ignore.flatMap((from, k) => (k % 2 === 0 ? [[from, ignore[k + 1]!] as const] : [])),
      }),
    );
    windows.push(...mine);
    for (const [i, phase, sample, prob] of result.picks as unknown as Kept[])
      picks.push({ file: mine[i]!.window, phase: phase === 0 ? "P" : "S", sample, prob: prob / 1000 });
  }
  return pickScores(windows, picks, { threshold });
}

function tables(entries: readonly Entry[]) {
  const there = present(entries, Object.keys(rows));
  const lines = there.map((row) => {
    const mine = entries.filter(({ task }) => task.row === row);
    const seeds = [...new Set(mine.map(({ task }) => task.seed))].sort((a, b) => a - b);
    const scores = seeds.map((seed) => scored(mine.filter(({ task }) => task.seed === seed)));
    const cells = [0, 1, 2, 3].map((k) => {
      const values = scores.map((score) => score[k]!.f1);
      const { mean, low, high } = meanInterval(values);
      const [from, to] = scores[0]![k]!.f1Interval!;
      const spread = values.length > 1 ? `; seeds ${low.toFixed(3)}–${high.toFixed(3)}` : "";
      return `${mean.toFixed(3)} [${from.toFixed(3)}, ${to.toFixed(3)}]${spread}`;
    });
    const per = (phase: number) =>
      (scores.reduce((sum, score) => sum + score[phase]!.falsePerHour, 0) / scores.length).toFixed(1);
    return [row, seeds.length, ...cells, per(0), per(2)];
  });
  const caption =
    "Five folds over 110 records, no station or event in two, threshold .3: F1, mean over seeds [95 % over records, first seed]";
  return [
    table(
      ["picker", "seeds", "P, .1 s", "P, .5 s", "S, .1 s", "S, .5 s", "false P/h of noise", "false S/h"],
      lines,
      { caption },
    ),
  ];
}

/** PROTOCOLS 6. */
export const experiment: Experiment = {
  name: "picks",
  about:
    "P and S pickers on 110 records in five folds: STA/LTA, a pretrained PhaseNet, PhaseNet by the own recipe",
  seeds: 3,
  tasks({ profile, seeds }: Size): Task[] {
    pickingRecords(); // says at once where data are missing
    const steps = { ci: 40, tutorial: 2000, paper: 9000 }[profile];
    return Object.entries(rows).flatMap(([row, { by, seeds: most = 1 }]) =>
      Array.from({ length: Math.min(most, seeds) }, (_, seed) =>
        (profile === "ci" && by ? folds.slice(0, 1) : folds).map((fold) => ({
          row,
          fold,
          seed,
          ...(by ? { steps } : {}),
        })),
      ).flat(),
    );
  },
  prepare: async () => {
    await ready();
    pickingRecords();
  },
  async run({ row, fold, seed, steps }) {
    const { by } = rows[row]!;
    const truth = truthOf(fold as number);
    if (by) return { ...truth, picks: await trained(by, fold as number, seed, steps as number) };
    if (row === "STA/LTA + AIC") return { ...truth, picks: await picksOf("stalta", fold as number) };
    const picker = await loadPicker("volpick");
    try {
      return { ...truth, picks: await picksOf(picker, fold as number) };
    } finally {
      picker.dispose();
    }
  },
  tables,
};
