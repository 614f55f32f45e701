// Denoising with known white noise, PROTOCOLS 1: classical methods, dictionaries, networks, on real3d at both levels.
import { averaged, columnsOf, dctDenoiser, estimateNoise } from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import { snr } from "../../metrics/index.js";
import { table } from "../../show/index.js";
import { fxDecon, inPatches, medianFilter } from "../../signal/index.js";
import { intervalText, present, summarise, valuesOf } from "../groups.js";
import { byDdtf, byDoubleSparsity, byKsvd, type Remove } from "../methods.js";
import { hasNetwork, type NetworkName, network } from "../networks.js";
import * as advice from "../parts/advice.js";
import * as groundRoll from "../parts/groundroll.js";
import { type Level, protocolSection, sigmaOf, withNoise } from "../protocol.js";
import type { Entry, Experiment, Result, Size, Task } from "../types.js";

interface Row {
  readonly remove: Remove;
  readonly network?: NetworkName;
  /** The noise is estimated, not given. */
  readonly isBlind?: boolean;
}

const byNetwork =
  (name: NetworkName, flips = false): Remove =>
  async (section, sigma) => {
    const found = await network(name);
    return (flips ? averaged(found) : found).run(section, sigma);
  };

const byDct: Remove = (section, sigma) => dctDenoiser.run(section, sigma);

const rows: Readonly<Record<string, Row>> = {
  noisy: { remove: (section) => section },
  "median 3x3": { remove: (section) => medianFilter(section, [3, 3]) },
  "median 1x7 along x": { remove: (section) => medianFilter(section, [1, 7]) },
  "fx-decon lf=4 mu=.01, whole section": { remove: (section) => fxDecon(section) },
  "fx-decon, 64x32 windows, 50 % overlap": {
    remove: (section) => inPatches(section, (part) => fxDecon(part)),
  },
  "DCT 8x8 sliding, hard 2.7 sigma": { remove: byDct },
  "DCT 8x8, sigma estimated": { remove: byDct, isBlind: true },
  "DDTF 8x8 (64 orthogonal, 20 it), hard 2.7 sigma": { remove: byDdtf(2.7) },
  "DDTF, hard 3.2 sigma": { remove: byDdtf(3.2, 3.2) },
  "DDTF, learned at 3.2 sigma, hard 2.7 sigma": { remove: byDdtf(3.2) },
  "K-SVD 8x8, 128 atoms, 10 it, OMP C=1.15, <= 8 atoms": { remove: byKsvd() },
  "double sparsity 8x8, 128 atoms of <= 6 cosines": { remove: byDoubleSparsity() },
  "KAIR DnCNN-25, natural images": { network: "kair", remove: byNetwork("kair") },
  "own network, generated sections": { network: "own", remove: byNetwork("own") },
  "own network, sigma estimated": { network: "own", remove: byNetwork("own"), isBlind: true },
  "own network, 8 flips and signs": { network: "own", remove: byNetwork("own", true) },
};

/** Not computed here: the figures of PROTOCOLS 1 for the Python package bm3d 4.0.3, sigma given. */
const quoted = { method: "BM3D (PyPI bm3d 4.0.3; quoted, not run)", s25: "4.50", snr0: "8.52" } as const;

const levels: readonly Level[] = ["s25", "snr0"];

function tasks({ profile, seeds }: Size): Task[] {
  const count = profile === "ci" ? 1 : seeds;
  return Object.entries(rows).flatMap(([row, { network: needed }]) =>
    needed && !hasNetwork(needed)
      ? []
      : levels.flatMap((level) => Array.from({ length: count }, (_, seed) => ({ row, level, seed }))),
  );
}

function tables(all: readonly Entry[]) {
  const entries = all.filter(({ task }) => task.part === undefined);
  const first = (row: string, level: Level) =>
    valuesOf(entries, "snr", { row, level, seed: 0 })[0]?.toFixed(2) ?? "–";
  const over = (row: string, level: Level) => intervalText(summarise(entries, "snr", { row, level }));
  const lines = present(entries, Object.keys(rows)).map((row) => {
    const seconds = entries.find(({ task }) => task.row === row && task.seed === 0)?.seconds;
    return [
      row,
      ...levels.flatMap((level) => [first(row, level), over(row, level)]),
      seconds?.toPrecision(2) ?? "–",
    ];
  });
  const bm3d = [quoted.method, quoted.s25, "–", quoted.snr0, "–", "–"];
  return [
    table(
      ["method", "s25", "all seeds, mean [95 %]", "snr0", "all seeds, mean [95 %]", "CPU s"],
      [...lines, bm3d],
      { caption: "real3d with white noise (s25, snr0: of seed 0), SNR of the whole section, dB" },
    ),
    ...advice.tables(all),
    ...groundRoll.tables(all),
  ];
}

/** All numbers of notebook 01: PROTOCOLS 1, the advice to beginners, ground roll. */
export const experiment: Experiment = {
  name: "denoise",
  about: "denoising of real3d, advice to beginners tried, ground roll: the numbers of notebook 01",
  seeds: 5,
  tasks(size) {
    protocolSection("real3d");
    return [...tasks(size), ...advice.tasks(size), ...groundRoll.tasks(size)];
  },
  async run(task) {
    if (task.part === "advice") return advice.run(task);
    if (task.part === "ground roll") return groundRoll.run(task);
    const { row, level, seed } = task;
    const section = protocolSection("real3d");
    const sigma = sigmaOf(section, level as Level);
    const noisy: Grid = withNoise(section, sigma, seed);
    const { remove, isBlind } = rows[row]!;
    const used = isBlind ? estimateNoise(columnsOf(noisy)) : sigma;
    const found = await remove(noisy, used);
    const score = Number(snr(section, found).toFixed(4));
    return { snr: score, ...(isBlind ? { sigmaOverTrue: Number((used / sigma).toFixed(4)) } : {}) } as Result;
  },
  tables,
};
