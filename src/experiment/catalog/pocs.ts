// Interpolation of missing traces, PROTOCOLS 1b: zero fill, linear, along slopes, POCS with transforms and denoisers plugged in.
import { averaged, interpolate } from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import {
  dctAtoms,
  ddtf,
  denoiseWithFrame,
  fourierProjection,
  inTiles,
  interpolateAlongSlopes,
  interpolateLinear,
  keptTraces,
  type Mask,
  maskTraces,
  patchesOf,
  pocs,
} from "../../dictionary/index.js";
import { snr } from "../../metrics/index.js";
import { table } from "../../show/index.js";
import { intervalText, present, summarise, valuesOf } from "../groups.js";
import { hasNetwork, interpolationNetwork, network } from "../networks.js";
import { protocolSection, rms, type SectionName } from "../protocol.js";
import type { Entry, Experiment, Size, Task } from "../types.js";

type Solve = (section: Grid, kept: Int32Array) => Grid | Promise<Grid>;

const fourier =
  (least: number, iterations: number): Solve =>
  (section, kept) =>
    pocs(section, kept, fourierProjection(section, kept), { iterations, levels: [0.99, least] });

const windowed =
  (least: number, iterations: number): Solve =>
  (section, kept) =>
    inTiles(section, kept, fourier(least, iterations));

/** A denoiser plugged in; levels are shares of the linear interpolation's rms. */
async function plugged(
  section: Grid,
  kept: Int32Array,
  levels: readonly [number, number],
  iterations: number,
  denoise: (x: Grid, sigma: number) => Grid,
): Promise<Grid> {
  const unit = rms(interpolateLinear(section, kept));
  return pocs(section, kept, (x, level) => denoise(x, level * unit), { iterations, levels, start: "linear" });
}

const frame = (x: Grid, sigma: number): Grid => {
  const { dictionary } = ddtf(patchesOf(x, [8, 8]), dctAtoms([8, 8]), {
    threshold: 3.2 * sigma,
    iterations: 5,
  });
  return denoiseWithFrame(x, dictionary, { threshold: 2.7 * sigma });
};

interface Row {
  readonly iterations?: number;
  readonly solve: Solve;
  /** Also on the other masks and the other section. */
  readonly isMain?: boolean;
  readonly network?: "own" | "kair" | "interpolator";
}

const rows: Readonly<Record<string, Row>> = {
  "zero fill": { solve: maskTraces, isMain: true },
  "linear along x": { solve: interpolateLinear, isMain: true },
  "linear along slopes": { solve: interpolateAlongSlopes, isMain: true },
  "FFT POCS whole, .01": { iterations: 30, solve: fourier(0.01, 30) },
  "FFT POCS whole, .03": { iterations: 30, solve: fourier(0.03, 30), isMain: true },
  "FFT POCS whole, .1": { iterations: 30, solve: fourier(0.1, 30) },
  "FFT POCS whole, .2": { iterations: 30, solve: fourier(0.2, 30) },
  "FFT POCS whole, .01, longer": { iterations: 100, solve: fourier(0.01, 100) },
  "FFT POCS whole, .01, longest": { iterations: 300, solve: fourier(0.01, 300) },
  "FFT POCS windows, .01": { iterations: 30, solve: windowed(0.01, 30) },
  "FFT POCS windows, .03": { iterations: 30, solve: windowed(0.03, 30) },
  "FFT POCS windows, .1": { iterations: 30, solve: windowed(0.1, 30), isMain: true },
  "FFT POCS windows, .03, longer": { iterations: 100, solve: windowed(0.03, 100) },
  "DDTF plugged in": {
    iterations: 15,
    solve: (s, k) => plugged(s, k, [0.5, 0.005], 15, frame),
    isMain: true,
  },
  "own denoiser plugged in": {
    iterations: 10,
    network: "own",
    isMain: true,
    async solve(section, kept) {
      const { run } = await network("own");
      return plugged(section, kept, [0.3, 0.05], 10, run);
    },
  },
  "own denoiser plugged in, longer": {
    iterations: 40,
    network: "own",
    async solve(section, kept) {
      const { run } = await network("own");
      return plugged(section, kept, [1, 0.02], 40, run);
    },
  },
  "own denoiser plugged in, 8 flips and signs": {
    iterations: 10,
    network: "own",
    async solve(section, kept) {
      const { run } = averaged(await network("own"));
      return plugged(section, kept, [0.3, 0.05], 10, run);
    },
  },
  "own network, given the mask": {
    network: "interpolator",
    isMain: true,
    solve: async (section, kept) => interpolate(section, kept, await interpolationNetwork(false)),
  },
  "own network, given the mask, 8 flips and signs": {
    network: "interpolator",
    isMain: true,
    solve: async (section, kept) => interpolate(section, kept, await interpolationNetwork(true)),
  },
  "DnCNN of photographs plugged in": {
    iterations: 15,
    network: "kair",
    async solve(section, kept) {
      const { run } = await network("kair");
      return plugged(section, kept, [0.5, 0.005], 15, run);
    },
  },
};

const masks = {
  random: (seed: number): Mask => ({ kind: "random", seed }),
  regular: (): Mask => ({ kind: "regular", step: 2 }),
  gap: (): Mask => ({ kind: "gap", width: 6 }),
} as const;

type MaskName = keyof typeof masks;

function tasks({ profile, seeds }: Size): Task[] {
  const list: Task[] = [];
  for (const [row, { isMain, network: needed, iterations = 0 }] of Object.entries(rows)) {
    if (needed && !hasNetwork(needed)) continue;
    if (profile === "ci" && iterations > 30) continue;
    const add = (section: SectionName, mask: MaskName, seed: number) =>
      list.push({ row, section, mask, seed });
    add("real3d", "random", 0);
    if (!isMain || profile === "ci") continue;
    for (let seed = 1; seed <= seeds; seed++) add("real3d", "random", seed);
    add("real3d", "regular", 0);
    add("real3d", "gap", 0);
    for (let seed = 0; seed <= seeds; seed++) add("masha", "random", seed);
  }
  return list;
}

function tables(entries: readonly Entry[]) {
  const one = (row: string, section: string, mask: string) =>
    valuesOf(
      entries.filter(({ task }) => task.seed === 0),
      "snr",
      { row, section, mask },
    )[0]?.toFixed(2) ?? "–";
  const over = (row: string, section: string) =>
    intervalText(
      summarise(
        entries.filter(({ task }) => task.seed > 0),
        "snr",
        { row, section, mask: "random" },
      ),
    );
  const there = present(entries, Object.keys(rows));
  const seconds = (row: string) =>
    entries.find(({ task }) => task.row === row && task.section === "real3d" && task.seed === 0)?.seconds;
  return [
    table(
      ["method", "iterations", "real3d", "CPU s"],
      there.map((row) => [
        row,
        rows[row]?.iterations ?? "–",
        one(row, "real3d", "random"),
        seconds(row)?.toPrecision(2) ?? "–",
      ]),
      { caption: "Half of the traces missing (mask of seed 0): SNR of the whole section, dB" },
    ),
    table(
      [
        "method",
        "real3d, random half (seed 0)",
        "seeds 1 on, mean [95 %]",
        "every second",
        "6-trace gap",
        "masha, random half (seed 0)",
        "seeds 1 on, mean [95 %]",
      ],
      there
        .filter((row) => rows[row]?.isMain)
        .map((row) => [
          row,
          one(row, "real3d", "random"),
          over(row, "real3d"),
          one(row, "real3d", "regular"),
          one(row, "real3d", "gap"),
          one(row, "masha", "random"),
          over(row, "masha"),
        ]),
      { caption: "Other masks, and a section with steep dips: SNR, dB" },
    ),
  ];
}

/** PROTOCOLS 1b. */
export const experiment: Experiment = {
  name: "pocs",
  about: "interpolation of missing traces: linear, along slopes, POCS with transforms and denoisers",
  seeds: 5,
  tasks(size) {
    protocolSection("real3d"); // says at once where data are missing
    if (size.profile !== "ci") protocolSection("masha");
    return tasks(size);
  },
  async run({ row, section: name, mask, seed }) {
    const section = protocolSection(name as SectionName);
    const kept = keptTraces(section.shape[1]!, masks[mask as MaskName](seed));
    const found = await rows[row]!.solve(section, kept);
    return { snr: Number(snr(section, found).toFixed(4)) };
  },
  tables,
};
