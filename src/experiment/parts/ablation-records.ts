// The 110 records at 50 Hz: half the samples, so that five seeds of each row of the ablation fit into an hour of one core.
import { augment } from "../../data/index.js";
import { resamplePoly } from "../../signal/index.js";
import { noiseSamples, type PickingRecord, pickingRecords } from "./picking.js";

/** Samples of a window, 30 s and both ends. */
export const ablationWindow = 1501;
/** Samples of the noise before P. */
export const quietSamples = noiseSamples / 2;

let known: readonly PickingRecord[] | undefined;

/** The records of `pickingRecords`, each component less its mean, low-passed and every second sample kept; arrivals move with them.
 *  @throws Error with the cure where the data are missing. */
export function ablationRecords(): readonly PickingRecord[] {
  known ??= pickingRecords().map(halved);
  return known;
}

/** A record at half its sampling rate.
 *  @param record With arrivals and ignored stretches in samples, which are halved. */
export function halved(record: PickingRecord): PickingRecord {
  const { waveform, dt, arrivals, ignore } = record.example;
  const channels = waveform.shape[1]!;
  const parts = Array.from({ length: channels }, (_, k) => {
    const x = Float64Array.from({ length: waveform.shape[0]! }, (_, t) => waveform.data[channels * t + k]!);
    const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
    return resamplePoly(
      x.map((v) => v - mean),
      1,
      2,
    );
  });
  const n = parts[0]!.length;
  const data = Float32Array.from(
    { length: n * channels },
    (_, i) => parts[i % channels]![Math.floor(i / channels)]!,
  );
  const example: augment.Example = {
    waveform: { data, shape: [n, channels] },
    dt: 2 * dt,
    arrivals: arrivals.map(({ phase, sample }) => ({ phase, sample: sample / 2 })),
    ignore: ignore.map(([from, to]) => [from / 2, to / 2] as const),
  };
  const noise = record.noise && { ...augment.cut(example, 0, quietSamples), arrivals: [], ignore: [] };
  return { ...record, example, noise };
}
