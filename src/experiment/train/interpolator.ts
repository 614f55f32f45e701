// The own interpolator of notebook 02: fills missing traces, told which they are; it has seen generated sections only.
import { interpolationInputs, mirrorInputs } from "../../apply/index.js";
import { type Grid, type Rng, rng } from "../../core/index.js";
import { interpolateAlongSlopes } from "../../dictionary/index.js";
import { adamW, cosine, interpolateUnet, type Loss, type SampleSet } from "../../nn/index.js";
import { engine } from "../../tensor/index.js";
import { rms } from "../protocol.js";
import type { Recipe } from "./recipe.js";
import { sectionPool } from "./sections.js";

const size = 64;

/** Which traces of nx are kept: 65 % random with 30 to 70 % missing, 5 % every second or third, 30 % gaps of 2 to 6.
 *  @returns Trace numbers, ascending. */
function drawKept(nx: number, rng: Rng): Int32Array {
  const kind = rng.uniform();
  const all = Int32Array.from({ length: nx }, (_, x) => x);
  if (kind < 0.65)
    return rng
      .permutation(nx)
      .slice(0, Math.round(nx * rng.uniform(0.3, 0.7)))
      .sort();
  if (kind < 0.7) {
    const step = rng.uniform() < 0.6 ? 2 : 3;
    const first = rng.integer(0, step);
    return all.filter((x) => x % step === first);
  }
  const missing = new Set<number>();
  for (let x = rng.integer(2, 12); x < nx - 8; x += rng.integer(12, 28)) {
    const width = rng.integer(2, 7);
    for (let k = 0; k < width; k++) missing.add(x + k);
    x += width;
  }
  return all.filter((x) => !missing.has(x));
}

/** What no neighbour tells: white noise (35 %), or the section's own traces shuffled, moved and turned over, which have its band (35 %); the others have none.
 *  @returns Noise [nt, nx], its rms .025 to .63 of the section's. */
function incoherent(section: Grid, rng: Rng): Float32Array {
  const [nt, nx] = section.shape as [number, number];
  const out = new Float32Array(nt * nx);
  const kind = rng.uniform();
  const level = Math.exp(rng.uniform(-1.6, -0.2) * Math.LN10);
  if (kind < 0.3) return out;
  if (kind < 0.65) {
    const size = level * rms(section);
    return rng.fill(out, "normal").map((v) => size * v);
  }
  const from = rng.permutation(nx);
  for (let x = 0; x < nx; x++) {
    const shift = rng.integer(0, nt);
    const gain = rng.uniform() < 0.5 ? -level : level;
    for (let t = 0; t < nt; t++) out[t * nx + x] = gain * section.data[((t + shift) % nt) * nx + from[x]!]!;
  }
  return out;
}

/** Crops of sections with missing traces: inputs [64, 64, 12] and the section [64, 64, 1]. Section, noise and mask belong to the number, the crop, its
 *  mirror images and its sign to the draw.
 *  @param count Sections. @param seed Of the sections, masks and noise. */
export function interpolationSamples(count: number, seed: number): SampleSet {
  const section = sectionPool(count, seed, { textures: false, rough: true });
  const root = rng(seed).fork("masks");
  interface Case {
    readonly truth: Grid;
    readonly estimate: Grid;
    readonly kept: Int32Array;
  }
  const cases: (Case | undefined)[] = new Array(count).fill(undefined);
  const caseOf = (i: number): Case => {
    const known = cases[i];
    if (known) return known;
    const draw = root.fork(`${i}`);
    const { data, shape } = section(i);
    const noise = incoherent({ data, shape }, draw.fork("noise"));
    const truth = { data: data.map((v, k) => v + noise[k]!), shape };
    const kept = drawKept(shape[1]!, draw);
    const made = { truth, estimate: interpolateAlongSlopes(truth, kept), kept };
    cases[i] = made;
    return made;
  };
  return {
    length: count,
    sample(i, rng) {
      const { truth, estimate, kept } = caseOf(i);
      const [nt, nx] = truth.shape as [number, number];
      const [t0, x0] = [rng.integer(0, nt - size + 1), rng.integer(0, nx - size + 1)];
      const window = { from: [t0, x0], shape: [size, size] } as const;
      let inputs = interpolationInputs(truth, kept, estimate, window);
      let target = new Float32Array(size * size);
      for (let t = 0; t < size; t++)
        target.set(truth.data.subarray((t0 + t) * nx + x0, (t0 + t) * nx + x0 + size), t * size);
      if (rng.uniform() < 0.5) {
        inputs = mirrorInputs(inputs);
        target = mirror(target);
      }
      if (rng.uniform() < 0.5) {
        inputs = { data: reverse(inputs.data, size), shape: inputs.shape };
        target = reverse(target, size);
      }
      const sign = rng.uniform() < 0.5 ? -1 : 1;
      const scale = sign / target.reduce((max, v) => Math.max(max, Math.abs(v)), 1e-9);
      const channels = inputs.shape[2]!;
      for (let k = 0; k < inputs.data.length; k++) if (k % channels < 7) inputs.data[k]! *= scale;
      return { x: inputs, y: { data: target.map((v) => v * scale), shape: [size, size, 1] } };
    },
  };
}

/** Columns in reverse order, [size, size]. */
function mirror(data: Float32Array): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = data[i - (i % size) + size - 1 - (i % size)]!;
  return out;
}

/** Rows in reverse order. */
function reverse(data: Float32Array, rows: number): Float32Array {
  const n = data.length / rows;
  const out = new Float32Array(data.length);
  for (let t = 0; t < rows; t++) out.set(data.subarray(t * n, (t + 1) * n), (rows - 1 - t) * n);
  return out;
}

/** Mean over samples of sqrt(E / (E_linear + .003 P) + .003): squared error in missing traces beside that of linear interpolation, P the mean square of the
 *  section, so that strong and weak crops, easy and hard masks count alike. */
export const besideLinear: Loss = (output, target, input) => {
  const { tf } = engine();
  const [n, h, w] = input.shape as [number, number, number];
  const channel = (i: number) => tf.slice(input, [0, 0, 0, i], [n, h, w, 1]);
  const missing = tf.sub(1, channel(7));
  const error = (x: typeof output) => tf.mean(tf.mul(missing, tf.square(tf.sub(x, target))), [1, 2, 3]);
  const power = tf.mean(tf.square(target), [1, 2, 3]);
  const ratio = tf.div(error(output), tf.add(tf.add(error(channel(0)), tf.mul(power, 0.003)), 1e-12));
  return tf.mean(tf.sqrt(tf.add(ratio, 0.003)));
};

/** The recipe of data/weights/interpolator.safetensors: missing traces. */
export const interpolator: Recipe = {
  name: "interpolator",
  about: "fills missing traces and is told which they are; learns from generated sections only",
  data: "3,000 generated sections (geodl synthetic.section, seed 2, rough, no textures), noise that is white or has their band, random, regular and gap masks",
  steps: 14_000,
  fit: {
    loss: besideLinear,
    optimizer: adamW({ learningRate: cosine(1e-3, 3e-6, 200), beta2: 0.99, weightDecay: 1e-4 }),
    batchSize: 16,
    seed: 2,
    clip: 1,
    average: 0.999,
    every: 250,
  },
  model: () => interpolateUnet({ seed: 2 }),
  samples: () => interpolationSamples(3000, 2),
  validation: () => interpolationSamples(64, 1002),
};
