// The configuration of geodl invert: read, checked, with its defaults.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Grid } from "../core/index.js";
import { readNpy } from "../formats/index.js";
import type { FwiOptimizer, Selection, Stage } from "../inverse/index.js";
import type { Order, Place } from "../wave/index.js";

/** What a configuration file holds; INTERFACES of the project says what each means. */
export interface InvertConfig {
  readonly model: {
    readonly true: string | null;
    readonly initial: string;
    readonly spacing: number;
    readonly frozenRows: number;
  };
  readonly wavelet: { readonly type: "ricker"; readonly f0: number; readonly t0: number };
  readonly dt: number;
  readonly nt: number;
  readonly sources: readonly Place[];
  readonly receivers: readonly Place[];
  readonly observed: string | null;
  readonly order: Order;
  readonly boundary: { readonly pml: number; readonly freeSurface: boolean };
  readonly optimizer: FwiOptimizer;
  readonly iterations: number;
  readonly clamp?: readonly [number, number];
  readonly stages?: readonly Stage[];
  readonly shots: Selection;
  readonly whiten: number | null;
  readonly seed: number;
}

type Json = Readonly<Record<string, unknown>>;

function fail(what: string, rule: string, got: unknown): never {
  throw new RangeError(`invert: ${what} must be ${rule}, got ${JSON.stringify(got) ?? "none"}`);
}

const known: Readonly<Record<string, readonly string[]>> = {
  "": [
    "model",
    "wavelet",
    "dt",
    "nt",
    "sources",
    "receivers",
    "observed",
    "order",
    "boundary",
    "optimizer",
    "iterations",
    "clamp",
    "stages",
    "shots",
    "whiten",
    "seed",
  ],
  model: ["true", "initial", "spacing", "frozenRows"],
  wavelet: ["type", "f0", "t0"],
  boundary: ["pml", "freeSurface"],
  optimizer: ["type", "learningRate", "beta2"],
};

function object(value: unknown, name: string): Json {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    fail(name || "the configuration", "an object", value);
  const extra = Object.keys(value).find((key) => !known[name]!.includes(key));
  if (extra !== undefined)
    fail(`a key of ${name || "the configuration"}`, `one of ${known[name]!.join(", ")}`, extra);
  return value as Json;
}

function number(value: unknown, what: string, least: number, isWhole = false): number {
  if (
    typeof value !== "number" ||
    !(value >= least) ||
    !Number.isFinite(value) ||
    (isWhole && !Number.isInteger(value))
  )
    fail(what, `a ${isWhole ? "whole " : ""}number >= ${least}`, value);
  return value;
}

function positive(value: unknown, what: string): number {
  if (typeof value !== "number" || !(value > 0) || !Number.isFinite(value)) fail(what, "a number > 0", value);
  return value;
}

function oneOf<T extends string | number>(value: unknown, what: string, choices: readonly T[]): T {
  if (!choices.includes(value as T)) fail(what, `one of ${choices.join(", ")}`, value);
  return value as T;
}

function places(value: unknown, what: string): Place[] {
  const isPlace = (p: unknown) => Array.isArray(p) && p.length === 2 && p.every((v) => typeof v === "number");
  if (!Array.isArray(value) || value.length === 0 || !value.every(isPlace))
    fail(what, "a list of [iz, ix]", value);
  return value as Place[];
}

function text(value: unknown, what: string): string {
  if (typeof value !== "string" || value === "") fail(what, "the name of a .npy file", value);
  return value;
}

function pair(value: unknown, what: string): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2 || !value.every((v) => typeof v === "number"))
    fail(what, "two numbers", value);
  return value as unknown as readonly [number, number];
}

function optimizerOf(value: unknown): FwiOptimizer {
  const { type, learningRate, beta2 } = object(value ?? { type: "adam" }, "optimizer");
  const rate =
    learningRate === undefined
      ? undefined
      : Array.isArray(learningRate)
        ? pair(learningRate, "optimizer.learningRate")
        : positive(learningRate, "optimizer.learningRate");
  return {
    type: oneOf(type, "optimizer.type", ["adam", "lbfgs"] as const),
    ...(rate === undefined ? {} : { learningRate: rate }),
    ...(beta2 === undefined ? {} : { beta2: positive(beta2, "optimizer.beta2") }),
  };
}

function stagesOf(value: unknown): Stage[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length === 0) fail("stages", "a list of stages", value);
  return value.map((stage: Json, i) => ({
    lowpass: stage.lowpass === null ? null : positive(stage.lowpass, `stages[${i}].lowpass`),
    iterations: positive(stage.iterations, `stages[${i}].iterations`),
  }));
}

/** Reads a configuration; its file names are taken from its own folder.
 *  @throws RangeError naming the entry that is wrong. */
export function readConfig(file: string): InvertConfig {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`invert: ${file} must be JSON, got: ${(error as Error).message}`);
  }
  const root = object(parsed, "");
  const model = object(root.model, "model");
  const wavelet = object(root.wavelet, "wavelet");
  const boundary = object(root.boundary ?? {}, "boundary");
  const from = (name: unknown, what: string) => resolve(dirname(file), text(name, what));
  const f0 = positive(wavelet.f0, "wavelet.f0");
  const truth = model.true === undefined || model.true === null ? null : from(model.true, "model.true");
  const observed =
    root.observed === undefined || root.observed === null ? null : from(root.observed, "observed");
  if (truth === null && observed === null) fail("observed", "a .npy file where model.true is none", null);
  const stages = stagesOf(root.stages);
  return {
    model: {
      true: truth,
      initial: from(model.initial, "model.initial"),
      spacing: positive(model.spacing, "model.spacing"),
      frozenRows: number(model.frozenRows ?? 0, "model.frozenRows", 0, true),
    },
    wavelet: {
      type: oneOf(wavelet.type ?? "ricker", "wavelet.type", ["ricker"] as const),
      f0,
      t0: number(wavelet.t0 ?? 1.5 / f0, "wavelet.t0", 0),
    },
    dt: positive(root.dt, "dt"),
    nt: number(root.nt, "nt", 2, true),
    sources: places(root.sources, "sources"),
    receivers: places(root.receivers, "receivers"),
    observed,
    order: oneOf(root.order ?? 4, "order", [2, 4, 8] as const),
    boundary: {
      pml: number(boundary.pml ?? 20, "boundary.pml", 0, true),
      freeSurface: boundary.freeSurface === true,
    },
    optimizer: optimizerOf(root.optimizer),
    iterations: stages
      ? stages.reduce((sum, s) => sum + s.iterations, 0)
      : positive(root.iterations, "iterations"),
    ...(root.clamp === undefined || root.clamp === null ? {} : { clamp: pair(root.clamp, "clamp") }),
    ...(stages ? { stages } : {}),
    shots: oneOf(root.shots ?? "all", "shots", ["all", "subset", "encoded"] as const),
    whiten: root.whiten === undefined || root.whiten === null ? null : positive(root.whiten, "whiten"),
    seed: number(root.seed ?? 0, "seed", 0, true),
  };
}

/** A .npy file of numbers as float32.
 *  @throws RangeError where it has another number of axes. */
export function readArray(file: string, axes: number): Grid {
  const { data, shape } = readNpy(readFileSync(file));
  if (shape.length !== axes || Array.isArray(data))
    throw new RangeError(`invert: ${file} must hold ${axes} axes of numbers, got [${shape}]`);
  return { data: Float32Array.from(data as Float32Array), shape };
}
