// What geodl bench growth measures: work whose size goes up along one axis, and the exponent that its cost may have.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rng } from "../core/index.js";
import { apply, data, dictionary, nn, show, signal, tensor, wave } from "../index.js";

/** One thing that grows. */
export interface Axis {
  readonly name: string;
  /** What one unit of size is. */
  readonly unit: string;
  readonly sizes: readonly number[];
  /** Bounds of the exponent of time: cost ~ size^e. */
  readonly time: readonly [number, number];
  /** Most MB by which the memory of the largest may be above that of the smallest; absent where it has to grow. */
  readonly memory?: number;
  /** Makes the work of a size, not timed. */
  prepare(n: number): Promise<() => unknown>;
}

/** One shot or more on n x n cells, order 4, one thread; sources in the corners, so that all of it is stepped from the start. */
function shots(n: number, steps: number, count: number): () => unknown {
  const model = { data: new Float32Array(n * n).fill(2000), shape: [n, n] };
  const wavelet = signal.ricker(30, steps, 0.001);
  const sources = [0, n - 1].flatMap((z) => [0, n - 1].map((x) => [z, x] as const));
  const all = Array.from({ length: count }, () => ({ sources, wavelet, receivers: [[1, n >> 1] as const] }));
  return () => wave.acoustic(model, { spacing: 4, dt: 0.001, shots: all, threads: 1 });
}

/** The velocity gradient of one shot of half the sum of squared records. */
function gradient(steps: number): () => unknown {
  const n = 152;
  const model = { data: new Float32Array(n * n).fill(2000), shape: [n, n] };
  const shot = {
    sources: [[1, 76] as const],
    wavelet: signal.ricker(30, steps, 0.001),
    receivers: [[1, 10] as const],
  };
  return () =>
    wave.acousticGradient(model, { spacing: 4, dt: 0.001, shots: [shot], threads: 1 }, ({ data: u }) => {
      let value = 0;
      for (let i = 0; i < u.length; i++) value += u[i]! ** 2 / 2;
      return { value, adjoint: u };
    });
}

/** A file of n traces in STEAD's layout, of which 100 are read. */
async function traces(n: number): Promise<() => unknown> {
  const folder = mkdtempSync(join(tmpdir(), "geodl-growth-"));
  process.once("exit", () => existsSync(folder) && rmSync(folder, { recursive: true }));
  const waveform = { data: new Float32Array(18_000).map((_, i) => i % 101), shape: [6000, 3] };
  const names = Array.from({ length: n }, (_, i) => `SYN${i}.XX_EV`);
  const records = names.map((name) => ({
    name,
    waveform,
    dt: 0.01,
    p: undefined,
    s: undefined,
    attributes: {},
  }));
  const { hdf5 } = await data.stead.write(join(folder, "all"), records);
  const chosen = rng.numpy(3).permutation(n).subarray(0, 100);
  return async () => {
    const file = await data.openHdf5(hdf5);
    for (const i of chosen) file.read(`data/${names[i]}`);
    file.close();
  };
}

async function training(batch: number, size: number): Promise<() => unknown> {
  await tensor.ready();
  const { tf } = tensor.engine();
  const trainer = new nn.Trainer(nn.unet2d(), { loss: nn.bce });
  const shape = [batch, size, size, 1] as const;
  const x = tf.randomNormal([...shape], 0, 1, "float32", 1);
  const y = tf.tidy(() => tf.cast(tf.greater(x, 0), "float32"));
  return () => trainer.step(x, y, 1e-3);
}

/** Atoms learned from all patches of an n x n section, and the section denoised with them. */
function frame(n: number): () => unknown {
  const section = {
    data: Float32Array.from({ length: n * n }, (_, i) => Math.sin(0.1 * i) + ((i * 7919) % 13) / 13),
    shape: [n, n],
  };
  const start = dictionary.dctAtoms([8, 8]);
  return () => {
    const learned = dictionary.ddtf(dictionary.patchesOf(section, [8, 8]), start, {
      threshold: 0.5,
      iterations: 2,
    });
    return dictionary.denoiseWithFrame(section, learned.dictionary, { threshold: 0.5 });
  };
}

/** Picks along n hours of noise. */
async function hours(n: number): Promise<() => unknown> {
  await tensor.ready();
  const picker = {
    ...apply.pickerSettings,
    name: "untrained",
    model: nn.phasenet(),
    dispose: () => undefined,
  };
  const random = rng(1);
  const read = (_: number, count: number) => random.fill(new Float32Array(3 * count), "normal");
  return async () => {
    for await (const _ of apply.pickStretches(picker, [{ start: 0, length: n * 360_000, read }], {
      threshold: 0.9,
    }));
  };
}

const linear = [0.85, 1.15] as const;

/** All that is measured. */
export const axes: readonly Axis[] = [
  {
    name: "simulation, cells",
    unit: "cells a side and 40 of layers, squared",
    sizes: [216, 312, 448, 640],
    time: linear,
    prepare: async (n) => shots(n, 1000, 1),
  },
  {
    name: "simulation, steps",
    unit: "steps",
    sizes: [1000, 2000, 4000, 8000],
    time: linear,
    prepare: async (n) => shots(152, n, 1),
  },
  {
    name: "simulation, shots",
    unit: "shots",
    sizes: [1, 2, 4, 8],
    time: linear,
    memory: 40,
    prepare: async (n) => shots(152, 1500, n),
  },
  {
    name: "gradient, steps",
    unit: "steps",
    sizes: [1000, 2000, 4000, 8000],
    time: [0.85, 1.35], // beyond 256 MB of wavefields parts of the way are simulated twice
    memory: 300,
    prepare: async (n) => gradient(n),
  },
  { name: "picking", unit: "hours", sizes: [1, 3, 9], time: linear, memory: 40, prepare: hours },
  {
    name: "training, batch",
    unit: "samples a step",
    sizes: [2, 4, 8, 16],
    time: [0.7, 1.15],
    prepare: (n) => training(n, 64),
  },
  {
    name: "training, size",
    unit: "samples a side, squared",
    sizes: [32, 64, 128, 192],
    time: [0.7, 1.15],
    prepare: (n) => training(4, n),
  },
  {
    name: "tight frame",
    unit: "samples a side, squared",
    sizes: [200, 300, 450, 680],
    time: linear,
    prepare: async (n) => frame(n),
  },
  {
    name: "HDF5, 100 traces of",
    unit: "traces in the file",
    sizes: [125, 250, 500, 1000],
    time: [-0.3, 0.3],
    memory: 60,
    prepare: traces,
  },
  {
    name: "figure",
    unit: "points",
    sizes: [10_000, 40_000, 160_000, 640_000],
    time: [-0.2, 1.1],
    prepare: async (n) => {
      const [x, y] = [
        Float64Array.from({ length: n }, (_, i) => i),
        rng(1).fill(new Float64Array(n), "normal"),
      ];
      return () =>
        JSON.stringify(
          show.lines([{ name: "noise", x, y }], { title: "Noise", xLabel: "sample", yLabel: "value" }),
        );
    },
  },
];

/** Size along an axis as it counts for the exponent. */
export function sizeOf({ unit }: Axis, n: number): number {
  const side = unit.includes("layers") ? n + 40 : n;
  return unit.endsWith("squared") ? side * side : side;
}
