// The streams of test/golden/picks/make_annotate.py: noise with real records, whole, with gaps and overlaps, at other rates.
import { join } from "node:path";
import type { apply } from "geodl";
import { rng } from "geodl/core";
import { stead } from "geodl/data";

/** An hour of noise, [360000, 3] E, N, Z at 100 Hz, with twelve records of stead/ncedc-110.hdf5. */
export async function makeHour(folder: string): Promise<Float32Array> {
  const x = rng.numpy(3).normal(0, 5, [3 * 360_000]);
  const file = await stead.open(join(folder, "stead", "ncedc-110.hdf5"));
  try {
    for (let i = 0; i < 12; i++) {
      const { data } = file.read(file.names[9 * i]!).waveform;
      const scale = 1000 / data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      for (let k = 0; k < data.length; k++) x[3 * (29_000 * i + 4_000) + k]! += data[k]! * scale;
    }
  } finally {
    file.close();
  }
  return Float32Array.from(x);
}

/** Streams by their name in annotate.json; times count from 2020. */
export function makeStreams(hour: Float32Array): Record<string, apply.Segment[]> {
  const of = (c: string, first: number, end: number, rate = 100, late = 0): apply.Segment => ({
    id: `XX.SYN..HH${c}`,
    start: Date.UTC(2020, 0, 1) / 1000 + first / rate + late,
    sampleRate: rate,
    data: Float32Array.from({ length: end - first }, (_, i) => hour[3 * (first + i) + "ENZ".indexOf(c)]!),
  });
  const all = (first: number, end: number, rate = 100, late = 0) =>
    [..."ZNE"].map((c) => of(c, first, end, rate, late));
  return {
    hour: all(0, 360_000),
    gaps: [
      of("Z", 0, 100_000),
      of("Z", 101_000, 150_000),
      of("N", 0, 150_000),
      of("E", 0, 80_000),
      of("E", 79_000, 150_000),
      ...all(152_000, 154_000),
      ...all(154_500, 250_000, 100, 0.004),
      of("N", 260_000, 300_000),
    ],
    "50 Hz": all(0, 90_000, 50),
    "200 Hz": all(0, 180_000, 200),
    "max, blind": all(0, 60_000),
  };
}
