// Full-waveform inversion: a model is changed step by step until its records are the observed ones; it can be stopped and resumed anywhere.
import type { Grid } from "../core/grid.js";
import { iterate, type Pair } from "../nn/lbfgs.js";
import type { Simulation } from "../wave/index.js";
import { type AdamState, adamState, adamStep } from "./adam.js";
import { l2, type Misfit } from "./misfits.js";
import { type ObjectiveOptions, objective } from "./objective.js";
import { illumination } from "./regularisation.js";
import { experimentOf, type FixedSurvey, type Selection, shotsOf } from "./survey.js";
import { both, filterTraces, lowPass, type TraceFilter, whitening } from "./trace-filter.js";

type Floats = Float32Array | Float64Array;

/** A part of an inversion with a low-pass of its own and a fresh optimiser. */
export interface Stage {
  /** Hz; null: none. */
  readonly lowpass: number | null;
  /** Gradients of all shots. */
  readonly iterations: number;
}

/** How the model is changed. */
export interface FwiOptimizer {
  readonly type: "adam" | "lbfgs";
  /** Adam's, m/s; a pair runs from the first to the last along half a cosine. Default 20. */
  readonly learningRate?: number | readonly [number, number];
  /** Adam's mean of squares. Default 0.999. */
  readonly beta2?: number;
}

/** What an inversion is made from and how. */
export interface FwiOptions {
  /** Grid, time step, order, edges, threads. */
  readonly simulation: Omit<Simulation, "shots" | "precision">;
  /** Sources, receivers and the wavelet. */
  readonly survey: FixedSurvey;
  /** [shot, receiver, time]. */
  readonly observed: Grid<Floats>;
  /** Gradients of all shots; a subset or an encoded sum counts as its part. */
  readonly iterations: number;
  /** Default Adam. */
  readonly optimizer?: FwiOptimizer;
  /** Default: one, all of `iterations`, no low-pass. */
  readonly stages?: readonly Stage[];
  /** Which shots a step simulates. Default "all". */
  readonly shots?: Selection;
  /** Shots of a random subset. Default 2. */
  readonly subset?: number;
  /** Damping of the whitening by the wavelet's spectrum. Default none. */
  readonly whiten?: number;
  /** Default l2. */
  readonly misfit?: Misfit;
  /** Factor of the gradient of each cell, [nz, nx]: 0 freezes it. Default 1. */
  readonly mask?: Floats;
  /** Least and largest velocity, m/s. Default none. */
  readonly clamp?: readonly [number, number];
  /** Weight of the total variation of the model in km/s. Default 0. */
  readonly variation?: number;
  /** Weak waves' cells are given larger steps. Default false. */
  readonly illuminate?: boolean;
  /** The gradient uses the wavefield of every so many steps. Default: about ten a period of the peak frequency, at most 4. */
  readonly every?: number;
  /** Of the random signs and subsets. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** After each step. */
  readonly onStep?: (state: FwiState) => void;
}

/** Everything that the next step depends on. */
export interface FwiState {
  /** The unknown, km/s, [nz, nx] flat; clamped only where it is used. */
  x: Float64Array;
  /** Steps of the run; evaluations for L-BFGS. */
  step: number;
  /** Gradients of all shots spent. */
  cost: number;
  /** Stage, and what is spent of it. */
  stage: number;
  stageCost: number;
  adam: AdamState;
  pairs: Pair[];
  /** Loss of the last step, of the model before it. */
  loss: number;
}

/** The state at the start. @param initial Velocities, m/s, [nz, nx]. */
export const fwiStart = (initial: Grid<Floats>): FwiState => ({
  x: Float64Array.from(initial.data as Float32Array, (v) => v / 1000),
  step: 0,
  cost: 0,
  stage: 0,
  stageCost: 0,
  adam: adamState(initial.data.length),
  pairs: [],
  loss: Number.NaN,
});

/** Velocities of a state. @param initial Where the mask is 0, its velocities stay, m/s, [nz, nx]. @returns m/s, [nz, nx]. */
export function fwiModel(state: FwiState, initial: Grid<Floats>, options: FwiOptions): Grid<Float64Array> {
  const { mask, clamp = [0, Number.POSITIVE_INFINITY] } = options;
  const data = Float64Array.from(state.x, (v, i) =>
    mask?.[i] === 0 ? initial.data[i]! : Math.min(Math.max(1000 * v, clamp[0]), clamp[1]),
  );
  return { data, shape: initial.shape };
}

/** Mean of squares over all shots; what the misfit of each is divided by. */
function scaleOf(observed: Grid<Floats>, misfit: Misfit): number {
  if (misfit !== l2) return observed.shape[0]!;
  let sum = 0;
  for (const v of observed.data) sum += v * v;
  return 0.5 * sum;
}

const nearly = 1e-9;

/** Lowers the misfit between the records of a model and the observed ones.
 *
 *  The unknown is the velocity in km/s, so that Adam's epsilon acts on the gradient per km/s. The loss is the sum over shots of the misfit; for
 *  l2 it is divided by that of zero records, mean (d - o)^2 / mean o^2.
 *
 *  @param initial Where to begin, m/s, [nz, nx].
 *  @param options See FwiOptions.
 *  @param state From an earlier run, changed in place; default `fwiStart(initial)`. Resumed runs give the same bits.
 *  @returns The last model, m/s.
 *  @throws RangeError for values out of range; the signal's reason when it stops, the state as after the last whole step.
 *  @see Virieux and Operto (2009), doi:10.1190/1.3238367. */
export async function fwi(
  initial: Grid<Floats>,
  options: FwiOptions,
  state: FwiState = fwiStart(initial),
): Promise<Grid<Float64Array>> {
  const { observed, survey, misfit = l2, seed = 0, optimizer = { type: "adam" }, shots = "all" } = options;
  const [count, nt] = [survey.sources.length, survey.wavelet.length];
  const expected = [count, survey.receivers.length, nt];
  if (observed.shape.length !== 3 || observed.shape.some((n, i) => n !== expected[i]))
    throw new RangeError(`fwi: observed records must be [${expected}], got [${observed.shape}]`);
  if (optimizer.type === "lbfgs" && shots !== "all")
    throw new RangeError(`fwi: lbfgs needs all shots, got ${shots}`);
  const stages = options.stages ?? [{ lowpass: null, iterations: options.iterations }];
  for (; state.stage < stages.length; ) {
    const stage = stages[state.stage]!;
    const filter = filterOf(options, stage);
    const filtered = filter ? filterTraces(observed, filter) : observed;
    const shared: ObjectiveOptions = {
      simulation: { ...options.simulation, ...(options.signal ? { signal: options.signal } : {}) },
      every: options.every ?? everyOf(options),
      misfit,
      scale: scaleOf(filtered, misfit),
      filter,
      variation: options.variation ?? 0,
    };
    const weight = weights(initial, options);
    const evaluate = (x: Float64Array) => {
      const experiment = experimentOf(survey, filtered, shots, seed, state.step, { subset: options.subset });
      const model = fwiModel({ ...state, x }, initial, options);
      const { value, gradient } = objective(model, experiment, shared);
      if (!Number.isFinite(value)) throw new RangeError(`fwi: the loss must stay finite, got ${value}`);
      return { value, gradient: free(x, gradient, weight, options), cost: experiment.cost };
    };
    if (optimizer.type === "adam") await runAdam(state, stage, optimizer, evaluate, options);
    else await runLbfgs(state, stage, evaluate, options);
    Object.assign(state, {
      stage: state.stage + 1,
      stageCost: 0,
      adam: adamState(state.x.length),
      pairs: [],
    });
  }
  return fwiModel(state, initial, options);
}

type Evaluate = (x: Float64Array) => {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly cost: number;
};

function filterOf(options: FwiOptions, stage: Stage): TraceFilter | undefined {
  const { survey, simulation, whiten } = options;
  const nt = survey.wavelet.length;
  const low = stage.lowpass === null ? undefined : lowPass(nt, simulation.dt, stage.lowpass);
  const white = whiten === undefined ? undefined : whitening(survey.wavelet, whiten);
  return low && white ? both(low, white) : (low ?? white);
}

function everyOf({ simulation }: FwiOptions): number {
  const { frequency, dt } = simulation;
  return frequency ? Math.max(1, Math.min(4, Math.floor(1 / (10 * frequency * dt)))) : 1;
}

/** Factors of the gradient; the illumination is that of the first model, which a resumed run knows too. */
function weights(initial: Grid<Floats>, options: FwiOptions): Float64Array | undefined {
  const { mask, illuminate = false, simulation, survey } = options;
  const seen = illuminate
    ? illumination(fwiModel(fwiStart(initial), initial, options), { ...simulation, shots: shotsOf(survey) })
    : undefined;
  if (!mask) return seen;
  return Float64Array.from(mask as Float32Array, (m, i) => m * (seen?.[i] ?? 1));
}

/** The gradient of the unknown: none where the clamp holds it. */
function free(
  x: Float64Array,
  gradient: Float64Array,
  weight: Float64Array | undefined,
  { clamp }: FwiOptions,
): Float64Array {
  return gradient.map((g, i) => {
    const v = 1000 * x[i]!;
    const held = clamp !== undefined && (v < clamp[0] || v > clamp[1]);
    return held ? 0 : g * (weight?.[i] ?? 1);
  });
}

/** Lets other work happen, the stop button's among it. */
async function breathe(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

async function runAdam(
  state: FwiState,
  stage: Stage,
  optimizer: FwiOptimizer,
  evaluate: Evaluate,
  options: FwiOptions,
): Promise<void> {
  const { learningRate = 20, beta2 = 0.999 } = optimizer;
  const [from, to] = typeof learningRate === "number" ? [learningRate, learningRate] : learningRate;
  while (state.stageCost < stage.iterations - nearly) {
    await breathe(options.signal);
    const { value, gradient, cost } = evaluate(state.x);
    const share = state.stageCost / stage.iterations;
    const rate = (to + 0.5 * (from - to) * (1 + Math.cos(Math.PI * share))) / 1000;
    const x = state.x.slice();
    adamStep(x, gradient, state.adam, rate, beta2);
    advance(state, { x, loss: value }, cost);
    options.onStep?.(state);
  }
}

function advance(
  state: FwiState,
  change: { readonly x: Float64Array; readonly loss: number },
  cost: number,
): void {
  Object.assign(state, change);
  state.step++;
  // sums of tenths would drift
  state.cost = Math.round((state.cost + cost) * 1e9) / 1e9;
  state.stageCost = Math.round((state.stageCost + cost) * 1e9) / 1e9;
}

/** Loss times 100, as the line search's thresholds are absolute. */
async function runLbfgs(
  state: FwiState,
  stage: Stage,
  evaluate: Evaluate,
  options: FwiOptions,
): Promise<void> {
  const scaled = (x: Float64Array) => {
    const { value, gradient } = evaluate(x);
    spent++;
    return { value: 100 * value, gradient: gradient.map((g) => 100 * g) };
  };
  let spent = 0;
  await breathe(options.signal);
  let here = { x: state.x, ...scaled(state.x) };
  // the first value of a resumed run was known before it stopped
  if (state.stageCost > 0) spent = 0;
  while (state.stageCost + spent < stage.iterations - nearly) {
    await breathe(options.signal);
    const found = iterate(scaled, here, state.pairs, 25);
    if (!found) break;
    here = found.next;
    if (found.pair) state.pairs = [...state.pairs, found.pair].slice(-10);
    const cost = spent;
    spent = 0;
    advance(state, { x: here.x, loss: here.value / 100 }, cost);
    options.onStep?.(state);
  }
}
