// Scenes and methods of full-waveform inversion: PROTOCOLS 4, and what is changed in it to see what holds.
import type { Grid } from "../../core/index.js";
import { rng } from "../../core/index.js";
import { velocity } from "../../data/index.js";
import type { FwiOptions } from "../../inverse/index.js";
import { ricker } from "../../signal/index.js";
import { acoustic, type Place, type Simulation } from "../../wave/index.js";

type Model = Grid<Float32Array | Float64Array>;

/** A model to be found, where to begin, and how it is shot. */
interface Problem {
  readonly truth: Model;
  readonly initial: Model;
  readonly spacing: number;
  readonly dt: number;
  readonly nt: number;
  readonly f0: number;
  /** Rows that are known. */
  readonly frozen: number;
  readonly sources: readonly Place[];
}

/** What is needed to invert and to judge. */
export interface Scene extends Problem {
  readonly survey: FwiOptions["survey"];
  readonly observed: Grid<Float32Array>;
  readonly simulation: FwiOptions["simulation"];
  readonly mask: Float64Array;
}

const atRow = (columns: readonly number[]): Place[] => columns.map((x) => [1, x]);

const columnsOf = [26, 51, 77, 103, 129, 154, 180, 206, 232, 257];

/** Marmousi with the water known. */
function wetted(step: number, frozen: number) {
  const { truth, initial, spacing } = velocity.marmousi(step);
  const start = initial.data.slice();
  start.set(truth.data.subarray(0, frozen * truth.shape[1]!));
  return { truth, initial: { data: start, shape: truth.shape }, spacing, frozen };
}

/** PROTOCOLS 4: 59 x 284 cells of 60 m, ten shots at 3 Hz. */
const marmousi = (): Problem => ({
  ...wetted(2, 8),
  dt: 0.005,
  nt: 1000,
  f0: 3,
  sources: atRow(columnsOf),
});

/** The same at half the frequency on half the grid, a tenth of the work: 30 x 142 cells of 120 m. */
const coarse = (): Problem => ({
  ...wetted(4, 4),
  dt: 0.01,
  nt: 500,
  f0: 1.5,
  sources: atRow(columnsOf.map((x) => x >> 1)),
});

/** Marmousi2 on every second cell at 2 Hz, ten shots. */
function marmousi2(): Problem {
  const { truth, initial, spacing } = velocity.marmousi2();
  const halved = ({ data, shape }: Grid): Grid => {
    const [nz, nx] = [shape[0]! / 2, shape[1]! / 2];
    const at = (_: unknown, i: number) => data[2 * Math.floor(i / nx) * shape[1]! + 2 * (i % nx)]!;
    return { data: Float32Array.from({ length: nz * nx }, at), shape: [nz, nx] };
  };
  const sources = atRow(Array.from({ length: 10 }, (_, i) => 5 + 10 * i));
  const model = { truth: halved(truth), initial: halved(initial), spacing: 2 * spacing };
  return { ...model, dt: 0.008, nt: 625, f0: 2, frozen: 6, sources };
}

/** Velocity that grows straight with depth, 1.6 km/s below the water to 4.2 km/s at the bottom: no layer, no side. */
function straight(problem: Problem): Model {
  const { truth, frozen } = problem;
  const [nz, nx] = truth.shape as [number, number];
  const data = truth.data.slice();
  for (let z = frozen; z < nz; z++)
    data.fill(1600 + (2600 * (z - frozen)) / (nz - 1 - frozen), z * nx, (z + 1) * nx);
  return { data, shape: truth.shape };
}

const receiversOf = ({ truth }: Problem): Place[] =>
  Array.from({ length: truth.shape[1]! }, (_, x) => [1, x]);

const simulationOf = ({ spacing, dt, f0 }: Problem): Omit<Simulation, "shots" | "precision"> => ({
  spacing,
  dt,
  order: 4,
  pml: 20,
  frequency: f0,
  threads: 1,
});

/** Records by the propagator that inverts: an inverse crime. */
function ownRecords(problem: Problem, f0 = problem.f0, t0 = 1.5 / problem.f0): Grid<Float32Array> {
  const wavelet = ricker(f0, problem.nt, problem.dt, { t0 });
  const receivers = receiversOf(problem);
  const shots = problem.sources.map((source) => ({ sources: [source], receivers, wavelet }));
  return acoustic(problem.truth, { ...simulationOf(problem), shots }).records;
}

/** Records of Marmousi by order 8 on the grid of 60 m, half the time step, every second sample and column kept. */
function finerRecords(problem: Problem): Grid<Float32Array> {
  const { truth, spacing } = velocity.marmousi(2);
  const { dt, nt, f0, sources } = problem;
  // a cell of half the size holds a quarter of the area
  const wavelet = ricker(f0, 2 * nt, dt / 2, { t0: 1.5 / f0 }).map((w) => 4 * w);
  const twice = ([z, x]: Place): Place => [2 * z, 2 * x];
  const receivers = receiversOf(problem).map(twice);
  const shots = sources.map((source) => ({ sources: [twice(source)], receivers, wavelet }));
  const fine = { ...simulationOf(problem), spacing, dt: dt / 2, order: 8 as const, pml: 40, shots };
  const { data } = acoustic(truth, fine).records;
  return {
    data: Float32Array.from({ length: data.length / 2 }, (_, i) => data[2 * i]!),
    shape: [sources.length, receivers.length, nt],
  };
}

function noisy(records: Grid<Float32Array>, share: number): Grid<Float32Array> {
  let sum = 0;
  for (const v of records.data) sum += v * v;
  const rms = Math.sqrt(sum / records.data.length);
  const noise = rng.numpy(7).normal(0, share * rms, records.data.length);
  return { data: records.data.map((v, i) => v + noise[i]!), shape: records.shape };
}

const plainly = (problem: Problem) => [problem, ownRecords(problem)] as const;

/** Scenes by name; all but the protocol's are small. */
export const scenes: Readonly<Record<string, () => readonly [Problem, Grid<Float32Array>]>> = {
  "as the protocol": () => plainly(marmousi()),
  "120 m, 1.5 Hz": () => plainly(coarse()),
  "white noise of 5 % of the rms": () => [coarse(), noisy(ownRecords(coarse()), 0.05)],
  "white noise of 20 % of the rms": () => [coarse(), noisy(ownRecords(coarse()), 0.2)],
  "wavelet 5 % too low in frequency": () => [coarse(), ownRecords(coarse(), 1.575)],
  "wavelet 40 ms too early": () => [coarse(), ownRecords(coarse(), 1.5, 1.04)],
  "records of order 8 on 60 m": () => [coarse(), finerRecords(coarse())],
  "from a straight 1-D start": () => [{ ...coarse(), initial: straight(coarse()) }, ownRecords(coarse())],
  "Marmousi2 at 2 Hz": () => plainly(marmousi2()),
};

/** A scene by its name.
 *  @throws Error with both cures where the model is not on this machine. */
export function sceneOf(name: string): Scene {
  const [problem, observed] = scenes[name]!();
  const { truth, sources, frozen, nt, dt, f0 } = problem;
  const columns = truth.shape[1]!;
  return {
    ...problem,
    observed,
    survey: { sources, receivers: receiversOf(problem), wavelet: ricker(f0, nt, dt, { t0: 1.5 / f0 }) },
    simulation: simulationOf(problem),
    mask: Float64Array.from(truth.data, (_, i) => (Math.floor(i / columns) < frozen ? 0 : 1)),
  };
}

/** How an inversion goes. */
type Method = Pick<FwiOptions, "optimizer" | "shots" | "subset" | "whiten" | "stages" | "iterations">;

const falling = { type: "adam", learningRate: [60, 2], beta2: 0.99 } as const;

/** Equal shares of the gradients for each low-pass. */
const stages = (cutoffs: readonly (number | null)[], iterations: number) => ({
  stages: cutoffs.map((lowpass) => ({ lowpass, iterations: iterations / cutoffs.length })),
});
const whitened = { optimizer: falling, whiten: 0.1 };
const encoded = { optimizer: falling, shots: "encoded" } as const;

const list: Readonly<Record<string, (iterations: number) => Omit<Method, "iterations">>> = {
  "Adam, 20 m/s": () => ({}),
  "2 random shots a step, whitened, 60 to 2 m/s": () => ({ ...whitened, shots: "subset" }),
  "Adam, 20 m/s, multiscale 1.5, 3 Hz, all": (n) => stages([1.5, 3, null], n),
  "L-BFGS": () => ({ optimizer: { type: "lbfgs" } }),
  "1 random shot a step, whitened, 60 to 2 m/s": () => ({ ...whitened, shots: "subset", subset: 1 }),
  "encoded, whitened, 60 to 2 m/s": () => ({ ...encoded, whiten: 0.1 }),
  "encoded, 60 to 2 m/s": () => encoded,
  "encoded, whitened, multiscale .5, .75 Hz, all": (n) => ({
    ...encoded,
    whiten: 0.1,
    ...stages([0.5, 0.75, null], n),
  }),
};

/** Names of the methods, in the tables' order. */
export const methodNames: readonly string[] = Object.keys(list);

/** A method by its name, for so many gradients of all shots. */
export const methodOf = (name: string, iterations: number): Method => ({
  ...list[name]!(iterations),
  iterations,
});
