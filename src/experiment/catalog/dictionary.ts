// When does which denoiser win? A map over structure, noise, and the number of sections that a dictionary was learned from.
import { dctDenoiser } from "../../apply/index.js";
import { type Grid, rng } from "../../core/index.js";
import { synthetic } from "../../data/index.js";
import { denoiseWithFrame } from "../../dictionary/index.js";
import { type Interval, pairedInterval, snr } from "../../metrics/index.js";
import { table } from "../../show/index.js";
import { intervalText, present, summarise, valuesOf } from "../groups.js";
import { byDdtf, byDoubleSparsity, byKsvd, frameOfSections, type Remove } from "../methods.js";
import { hasNetwork, type NetworkName, network } from "../networks.js";
import { partOf, protocolSection, rms, withNoise } from "../protocol.js";
import type { Entry, Experiment, Size, Task } from "../types.js";

const structures = ["flat (real3d)", "steep (masha)", "generated"] as const;
type Structure = (typeof structures)[number];

/** Noise over signal, both rms: signal-to-noise ratios of 6, 0, -6, -12 dB. */
const levels = [0.5, 1, 2, 4] as const;

interface Row {
  readonly remove: Remove;
  readonly network?: NetworkName;
}

const byOthers =
  (count: number): Remove =>
  (noisy, sigma) =>
    denoiseWithFrame(noisy, frameOfSections(count, sigma), { threshold: 2.7 * sigma });

const byNetwork =
  (name: NetworkName): Remove =>
  async (noisy, sigma) =>
    (await network(name)).run(noisy, sigma);

const rows: Readonly<Record<string, Row>> = {
  "fixed: DCT": { remove: (noisy, sigma) => dctDenoiser.run(noisy, sigma) },
  "learned here: DDTF": { remove: byDdtf(3.2) },
  "learned here: K-SVD": { remove: byKsvd() },
  "learned here: double sparsity": { remove: byDoubleSparsity() },
  "DDTF of 1 other section": { remove: byOthers(1) },
  "DDTF of 4 other sections": { remove: byOthers(4) },
  "DDTF of 16 other sections": { remove: byOthers(16) },
  "network: DnCNN of photographs": { network: "kair", remove: byNetwork("kair") },
  "network: own": { network: "own", remove: byNetwork("own") },
};

/** The clean section of a task, rms 1; every seed has a generated one of its own, unseen by the own network. */
function sectionOf(structure: Structure, seed: number): Grid {
  const section =
    structure === "generated"
      ? synthetic.section(rng(4_000_000).fork(`${seed}`), { nt: 200, nx: 128 })
      : structure === "flat (real3d)"
        ? protocolSection("real3d")
        : partOf(protocolSection("masha"), [100, 200], [64, 128]);
  const unit = rms(section);
  return { data: section.data.map((x) => x / unit), shape: section.shape };
}

function tasks({ profile, seeds }: Size): Task[] {
  const few = profile === "ci";
  return structures.flatMap((structure) =>
    levels
      .filter((level) => !few || level === 1)
      .flatMap((level) =>
        Object.entries(rows).flatMap(([row, { network: needed }]) =>
          needed && !hasNetwork(needed)
            ? []
            : Array.from({ length: few ? Math.min(2, seeds) : seeds }, (_, seed) => ({
                row,
                structure,
                level,
                seed,
              })),
        ),
      ),
  );
}

const names = (entries: readonly Entry[]): string[] => present(entries, Object.keys(rows));

/** The best two methods of a place on the map, and their difference over the seeds. */
function winner(
  entries: readonly Entry[],
  structure: Structure,
  level: number,
): readonly string[] | undefined {
  const scored = names(entries)
    .map((row) => {
      const where = { row, structure, level };
      return { row, values: valuesOf(entries, "snr", where), mean: summarise(entries, "snr", where) };
    })
    .filter((m): m is typeof m & { readonly mean: Interval } => m.mean !== undefined)
    .sort((a, b) => b.mean.mean - a.mean.mean);
  const [first, second] = scored;
  if (!first || !second || first.values.length !== second.values.length) return undefined;
  const ahead = pairedInterval(first.values, second.values);
  const isSure = ahead.n > 1 && ahead.low > 0;
  return [
    structure,
    (20 * Math.log10(1 / level)).toFixed(0),
    isSure ? first.row : `${first.row} (not sure)`,
    intervalText(first.mean),
    second.row,
    intervalText(ahead),
  ];
}

function tables(entries: readonly Entry[]) {
  const there = structures.filter((name) => entries.some(({ task }) => task.structure === name));
  const seen = levels.filter((level) => entries.some(({ task }) => task.level === level));
  const columns = seen.map((level) => `${(20 * Math.log10(1 / level)).toFixed(0)} dB`);
  return [
    ...there.map((structure) =>
      table(
        ["method", ...columns],
        names(entries).map((row) => [
          row,
          ...seen.map((level) => intervalText(summarise(entries, "snr", { row, structure, level }))),
        ]),
        { caption: `${structure}: SNR after denoising, dB, mean [95 %] over seeds, by SNR before` },
      ),
    ),
    table(
      ["structure", "SNR before", "best", "SNR", "second", "ahead by"],
      there.flatMap((structure) =>
        seen.flatMap((level) => {
          const found = winner(entries, structure, level);
          return found ? [found] : [];
        }),
      ),
      { caption: "When does which win? dB, differences paired by seed" },
    ),
  ];
}

/** A map of methods over structure and noise. */
export const experiment: Experiment = {
  name: "dictionary",
  about: "which denoiser wins where: structure, noise, sections learned from; intervals over seeds",
  seeds: 5,
  tasks(size) {
    protocolSection("real3d");
    protocolSection("masha");
    return tasks(size);
  },
  async run({ row, structure, level, seed }) {
    const section = sectionOf(structure as Structure, seed);
    const noisy = withNoise(section, level as number, seed);
    const found = await rows[row]!.remove(noisy, level as number);
    return { snr: Number(snr(section, found).toFixed(4)) };
  },
  tables,
};
