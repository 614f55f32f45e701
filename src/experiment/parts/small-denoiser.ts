// One small training run in all its variations: what the advice to beginners in notebook 01 is tried on.
import { type Grid, type Rng, rng } from "../../core/index.js";
import {
  adam,
  dncnn,
  dropout,
  evaluate,
  fit,
  type Mode,
  type Model,
  mse,
  type Sample,
  type SampleSet,
} from "../../nn/index.js";
import { ready } from "../../tensor/index.js";
import { sectionPool } from "../train/sections.js";

/** Samples a side of a patch. */
const size = 32;
/** Standard deviation of the noise; sections have the largest magnitude 1. */
const sigma = 0.1;

/** What a run is made of; all of it is plain JSON. */
export interface SmallRun {
  readonly seed: number;
  /** Sections that training sees. Default 200. */
  readonly sections?: number;
  /** Patches of each. Default 8. */
  readonly patches?: number;
  readonly depth?: number;
  readonly channels?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly steps?: number;
  /** The noise of a training patch is drawn once and for all. Default: anew each time. */
  readonly isNoiseFixed?: boolean;
  /** Share of input samples that training drops. Default 0. */
  readonly drop?: number;
  /** Noise of training over that of validation. Default 1. */
  readonly harder?: number;
  /** Validation and test are patches of the training sections (which overlap), with the noise of the section: leakage. */
  readonly isLeaky?: boolean;
  /** Validation sections. Default 40. */
  readonly validation?: number;
}

/** What came out. Losses are mean squared errors over sigma^2: 1 is doing nothing. */
export interface SmallResult {
  /** Steps of the reports. */
  readonly steps: readonly number[];
  /** Mean over the steps since the last report, as training sees it. */
  readonly training: readonly number[];
  readonly validation: readonly number[];
  /** Of the last weights on the training patches, as validation is taken. */
  readonly trainingAgain: number;
  /** Of the last weights on patches of unseen sections, and of the same network at its best report by validation. */
  readonly test: number;
  readonly testOfBest: number;
  /** Test errors patch by patch are kept out: their standard deviation. */
  readonly testSpread: number;
}

interface Patch {
  readonly clean: Grid;
  readonly noisy: Grid;
}

/** Patches of sections with a noise that belongs to the whole section, so that overlapping patches share it. */
function patchesOfSections(count: number, each: number, seed: number, first = 0): Patch[] {
  const pool = sectionPool(first + count, seed, { textures: false });
  const random = rng(seed).fork("patches");
  return Array.from({ length: count }, (_, k) => {
    const { data, shape } = pool(first + k);
    const nx = shape[1]!;
    const noise = random.fork(`noise ${first + k}`).fill(new Float32Array(data.length), "normal");
    const places = random.fork(`places ${first + k}`);
    return Array.from({ length: each }, () => {
      const [t0, x0] = [places.integer(0, shape[0]! - size + 1), places.integer(0, nx - size + 1)];
      const clean = new Float32Array(size * size);
      const noisy = new Float32Array(size * size);
      for (let i = 0; i < clean.length; i++) {
        const at = (t0 + Math.floor(i / size)) * nx + x0 + (i % size);
        clean[i] = data[at]!;
        noisy[i] = data[at]! + sigma * noise[at]!;
      }
      const patch = [size, size, 1];
      return {
        clean: { data: clean, shape: patch },
        noisy: { data: noisy, shape: patch },
      };
    });
  }).flat();
}

/** As they are, or with new noise at every draw. */
function setOf(patches: readonly Patch[], noise?: number): SampleSet {
  return {
    length: patches.length,
    sample(i: number, rng: Rng): Sample {
      const { clean, noisy } = patches[i]!;
      if (noise === undefined) return { x: noisy, y: clean };
      const fresh = rng.fill(new Float32Array(clean.data.length), "normal");
      return { x: { data: fresh.map((v, k) => clean.data[k]! + noise * v), shape: clean.shape }, y: clean };
    },
  };
}

/** A model whose input loses samples in training. */
const dropping = (net: Model, rate: number): Model => {
  const drop = dropout(rate);
  return { ...net, apply: (x, mode: Mode = {}) => net.apply(drop(x, mode), mode) };
};

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const tidy = (x: number): number => Number((x / (sigma * sigma)).toPrecision(5));

/** Trains a small DnCNN without batch norm on patches of generated sections.
 *  @returns See SmallResult; the same bits for the same run on one thread. */
export async function smallDenoiser(run: SmallRun): Promise<SmallResult> {
  await ready();
  const { seed, sections = 200, patches = 8, depth = 5, channels = 16, drop = 0, harder = 1 } = run;
  const { learningRate = 1e-3, batchSize = 16, steps = 400, isNoiseFixed = false, isLeaky = false } = run;
  const source = 100 + seed;
  const all = patchesOfSections(sections, isLeaky ? 2 * patches : patches, source);
  const learned = isLeaky ? all.filter((_, i) => i % 2 === 0) : all;
  const held = isLeaky
    ? all.filter((_, i) => i % 2 === 1)
    : patchesOfSections(run.validation ?? 40, 4, source, sections);
  const unseen = patchesOfSections(40, 4, 10_000 + seed);
  const plain = dncnn({ depth, channels, norm: "none", seed });
  const net = drop > 0 ? dropping(plain, drop) : plain;
  const lossOf = (set: readonly Patch[]) => evaluate(net, setOf(set), mse, 32, seed);
  let best = { validation: Number.POSITIVE_INFINITY, test: Number.NaN };
  try {
    const { reports } = await fit(net, setOf(learned, isNoiseFixed || isLeaky ? undefined : harder * sigma), {
      loss: mse,
      optimizer: adam({ learningRate }),
      steps,
      batchSize,
      seed,
      every: Math.ceil(steps / 20),
      validation: setOf(held),
      onReport: ({ validationLoss }) => {
        if (validationLoss! < best.validation) best = { validation: validationLoss!, test: lossOf(unseen) };
      },
    });
    const errors = unseen.map((patch) => tidy(lossOf([patch])));
    const middle = mean(errors);
    return {
      steps: reports.map(({ step }) => step),
      training: reports.map(({ loss }) => tidy(loss)),
      validation: reports.map(({ validationLoss }) => tidy(validationLoss!)),
      trainingAgain: tidy(lossOf(learned.slice(0, 320))),
      test: tidy(lossOf(unseen)),
      testOfBest: tidy(best.test),
      testSpread: Number(Math.sqrt(mean(errors.map((e) => (e - middle) * (e - middle)))).toPrecision(4)),
    };
  } finally {
    plain.dispose();
  }
}
