// SeisBench's weight files: a PyTorch state dictionary, and a JSON file that says what the network wants to see.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readPytorch } from "../formats/index.js";
import { ready } from "../tensor/index.js";
import { fill } from "./files.js";
import { makerOf } from "./model.js";
import type { Model } from "./types.js";
import { undrawn } from "./weights.js";

/** What a network over windows of seismograms wants to see, and what its answers mean. */
export interface WindowSettings {
  /** Letters of the components in the order of its channels, e.g. "ZNE". */
  readonly components: string;
  /** Letters of its classes, e.g. "PSN"; N is noise, D an earthquake as a whole. */
  readonly phases: string;
  /** Samples a second. */
  readonly rate: number;
  /** Samples of a window. */
  readonly length: number;
  /** What the components of a window are divided by once their mean is off: each by its own largest size, its own standard deviation, that times 3 /
   *  number of live components (dead ones stay 0), all by one standard deviation, or nothing. */
  readonly norm: "peak" | "std" | "std-live" | "std-all" | "none";
  /** Samples of a cosine taper at both ends, after the norm. Default 0. */
  readonly taper?: number;
  /** How answers of windows that overlap are joined. Default "avg". */
  readonly stacking?: "avg" | "max";
  /** Samples by which windows overlap when a longer record is annotated. */
  readonly overlap: number;
  /** Samples of each window's answer that do not count, at its start and end. */
  readonly blinding: readonly [number, number];
  /** Thresholds that its authors advise, by phase. */
  readonly thresholds: Readonly<Record<string, number>>;
}

/** SeisBench's model classes that nn/ has, found by a weight that only they have, and its settings where the JSON is silent. */
const kinds: readonly {
  readonly model: string;
  readonly mark: string;
  readonly settings: Partial<WindowSettings>;
}[] = [
  { model: "phasenetlight", mark: "conv1.conv.weight", settings: {} },
  { model: "phasenet", mark: "down_branch.0.0.weight", settings: {} },
  {
    model: "eqTransformer",
    mark: "encoder.convs.0.weight",
    settings: { phases: "PS", length: 6000, overlap: 3000, blinding: [500, 500], taper: 6, stacking: "max" },
  },
  {
    model: "basicPhaseAe",
    mark: "conv7.weight",
    settings: { length: 600, overlap: 300, blinding: [130, 130] },
  },
];

/** How SeisBench's PhaseNet wants its windows; other settings are written as what differs from these. */
export const windowDefaults: WindowSettings = {
  components: "ZNE",
  phases: "NPS",
  rate: 100,
  length: 3001,
  norm: "std",
  overlap: 1500,
  blinding: [0, 0],
  thresholds: {},
};

/** Path of the JSON file that belongs to NAME.pt, or to NAME.pt.v1. */
const jsonBeside = (file: string): string =>
  join(dirname(file), basename(file).replace(/\.pt(\.v[\w.]+)?$/, ".json$1"));

function settingsOf(
  text: string,
  file: string,
  { model, settings: base }: (typeof kinds)[number],
): WindowSettings {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new RangeError(`loadSeisBench: ${file} must be JSON, got text that is not`);
  }
  const args = (parsed.model_args ?? {}) as Record<string, unknown>;
  const run = (parsed.default_args ?? {}) as Record<string, unknown>;
  const take = <T extends string | number>(from: Record<string, unknown>, key: string, fallback: T): T => {
    const value = from[key] ?? fallback;
    if (typeof value !== typeof fallback)
      throw new RangeError(
        `loadSeisBench: ${key} must be a ${typeof fallback}, got ${JSON.stringify(value)} in ${file}`,
      );
    return value as T;
  };
  const d = { ...windowDefaults, ...base };
  const norm = take<string>(args, "norm", d.norm);
  if (norm !== "peak" && norm !== "std" && norm !== "none")
    throw new RangeError(`loadSeisBench: norm must be peak or std, got ${norm} in ${file}`);
  const length = take(args, "in_samples", d.length);
  const overlap = take(run, "overlap", d.overlap);
  const blinding = Array.isArray(run.blinding) ? run.blinding : d.blinding;
  const given = args.phases ?? d.phases;
  const phases = Array.isArray(given) ? given.join("") : String(given);
  for (const key of ["norm_detrend", "original_compatible"])
    if (args[key] !== undefined && args[key] !== false)
      throw new RangeError(
        `loadSeisBench: ${key} must be false, got ${JSON.stringify(args[key])} in ${file}`,
      );
  const isTransformer = model === "eqTransformer";
  return {
    ...(d.taper === undefined ? {} : { taper: d.taper }),
    ...(d.stacking === undefined ? {} : { stacking: d.stacking }),
    components: take(args, "component_order", d.components),
    // the transformer's first curve is the detection
    phases: isTransformer ? `D${phases}` : phases,
    rate: take(args, "sampling_rate", d.rate),
    length,
    // PickBlue's networks divide by the peak whatever `norm` says
    norm: args.norm_amp_per_comp === true ? "peak" : isTransformer && norm === "std" ? "std-all" : norm,
    overlap: overlap < 1 ? Math.trunc(overlap * length) : overlap,
    blinding: [Number(blinding[0] ?? 0), Number(blinding[1] ?? 0)],
    thresholds: Object.fromEntries(
      Object.entries(run).flatMap(([key, value]) =>
        key.endsWith("_threshold") && typeof value === "number" ? [[key.slice(0, -10), value]] : [],
      ),
    ),
  };
}

/** Makes a model from a weight file of SeisBench, and reads what it wants to see. TensorFlow is loaded if need be. Which model it is, its weights'
 *  names tell; numbers of channels and classes their shapes.
 *
 *  @param file NAME.pt or NAME.pt.vN, as SeisBench keeps it; nothing in it is executed.
 *  @param options.json Its JSON file. Default: NAME.json (.vN) beside it; without one SeisBench's own defaults hold.
 *  @returns The model, which the caller disposes, and its settings.
 *  @throws RangeError where a file is damaged, or the weights are none of a model that is known here.
 *  @see Woollam et al. (2022), SeisBench, SRL 93(3). */
export async function loadSeisBench(
  file: string,
  options: { readonly json?: string } = {},
): Promise<{ readonly model: Model; readonly settings: WindowSettings }> {
  await ready();
  const { tensors } = readPytorch(await readFile(file));
  const kind = kinds.find(({ mark }) => tensors.has(mark));
  if (!kind)
    throw new RangeError(
      `loadSeisBench: the weights must be of ${kinds.map(({ model }) => model).join(" or ")}, got ${[...tensors.keys()].slice(0, 3).join(", ")} in ${file}`,
    );
  const json = options.json ?? jsonBeside(file);
  const text = options.json === undefined && !existsSync(json) ? "{}" : await readFile(json, "utf8");
  const settings = settingsOf(text, json, kind);
  const made = kind.model === "eqTransformer" ? { length: settings.length } : {};
  const model = undrawn(() => makerOf(kind.model)(made));
  try {
    fill(model, tensors);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, settings };
}
