// The test windows of the augmentation ablation: conditions under which an effect must show.
import { rng } from "../../core/index.js";
import { augment } from "../../data/index.js";
import { ablationWindow } from "./ablation-records.js";
import type { PickingRecord } from "./picking.js";

/** A window with the arrivals that are asked for. */
export interface TestWindow {
  /** Number of its record in the fold. */
  readonly record: number;
  readonly example: augment.Example;
}

/** Conditions whose picks are counted. Those of `changed` are the windows of "anywhere" made worse. */
export const conditions = ["at 10 s", "anywhere", "two events"] as const;
export const changed = ["12 dB", "6 dB", "0 dB", "Z", "E", "N", "EN"] as const;
export type Condition = (typeof conditions)[number] | (typeof changed)[number];

/** Where P lies when a record slides through the window, s. */
export const slides = [5, 10, 15, 25] as const;

const perRecord = 4;

/** Windows of a fold under a condition, the same whenever asked.
 *
 *  - "at 10 s": P at 10 s, one a record; "anywhere": P uniform from 0 to 30 s, four a record.
 *  - "two events": P from 1 to 20 s and another record of the fold on top, peaks in a ratio 10^U(-.5, .5), onsets 1.5 s apart at least; two a record.
 *  - "12 dB", "6 dB", "0 dB": other records' noise on top, P's first second over noise by so many dB (standard deviations).
 *  - "Z", "E", "N", "EN": the other components are zero.
 *  @param records Of one fold. */
export function testWindows(records: readonly PickingRecord[], condition: Condition): TestWindow[] {
  const root = rng(2604).fork("test windows");
  const noises = records.flatMap(({ noise, file }) => (noise ? [{ noise, file }] : []));
  const place = (p: readonly [number, number]) => augment.window({ length: ablationWindow, p });
  const count = condition === "at 10 s" ? 1 : condition === "two events" ? 2 : perRecord;
  const horizontals = hasHorizontals(records);
  return records.flatMap(({ example, file }, record) => {
    if (/[EN]/.test(condition) && condition.length <= 2 && horizontals[record] === "0") return [];
    return Array.from({ length: count }, (_, k): TestWindow => {
      const draw = root.fork(`${file} ${k}`);
      if (condition === "at 10 s") return { record, example: place([10, 10])(example, draw) };
      if (condition === "two events") {
        const others = records.filter((other) => other.file !== file);
        const second = augment.superposeEvent({
          other: (rng) => others[rng.integer(0, others.length)]!.example,
          ratio: [-0.5, 0.5],
        });
        return { record, example: second(place([1, 20])(example, draw.fork("place")), draw.fork("second")) };
      }
      const window = place([0, 30])(example, draw.fork("place"));
      if (condition === "anywhere") return { record, example: window };
      if (condition.endsWith("dB")) {
        const level = -Number.parseInt(condition, 10) / 20;
        const theirs = noises.filter((other) => other.file !== file);
        const noise = augment.superposeNoise({
          noise: (rng) => theirs[rng.integer(0, theirs.length)]!.noise,
          by: "P",
          ratio: [level, level],
        });
        return { record, example: noise(window, draw.fork("noise")) };
      }
      return { record, example: only(window, condition) };
    });
  });
}

/** A digit a record: 1 with horizontal components, 0 with Z alone; the latter have no windows under "E", "N" and "EN". */
export function hasHorizontals(records: readonly PickingRecord[]): string {
  return records
    .map(({ example: { waveform } }) => (waveform.data.some((v, i) => i % 3 < 2 && v !== 0) ? "1" : "0"))
    .join("");
}

/** The example with no other components than those named. */
function only(example: augment.Example, letters: string): augment.Example {
  const kept = [..."ENZ"].map((letter) => letters.includes(letter));
  const data = example.waveform.data.map((v, i) => (kept[i % 3] ? v : 0));
  return { ...example, waveform: { data, shape: example.waveform.shape } };
}

/** The record before P, a window long: no arrival but the last second's P, and that is not scored. */
export function noiseWindows(records: readonly PickingRecord[]): TestWindow[] {
  return records.flatMap(({ noise, example }, record) =>
    noise ? [{ record, example: { ...augment.cut(example, 0, ablationWindow) } }] : [],
  );
}

/** The records with P at a place, s. */
export function slideWindows(records: readonly PickingRecord[], place: number): TestWindow[] {
  const at = augment.window({ length: ablationWindow, p: [place, place] });
  return records.map(({ example }, record) => ({ record, example: at(example, rng(0)) }));
}
