// From a model and a simulation to a job in memory, and its shots on threads.
import type { Grid } from "../core/grid.js";
import { makeDensity } from "./density.js";
import { plainSpace, sharedEngine, sharedSpace, stopped, tidy, writeJob } from "./engine.js";
import { type Job, makeField, type ShotArrays, type Space, type WorkArrays } from "./job.js";
import type { Floats, Points } from "./kernels.js";
import { plainKernels } from "./kernels-plain.js";
import { type Layout, layOut, spread } from "./layout.js";
import { type PointLists, placePoints } from "./points.js";
import { type Checked, checkSimulation, type Shot, type Simulation, waveletsOf } from "./survey.js";
import { kinds, runTask } from "./tasks.js";

/** Velocities, m/s, [nz, nx]. */
export type Model = Grid<Float32Array | Float64Array>;

/** A job in memory and what runs it. */
export interface Prepared {
  readonly checked: Checked;
  readonly layout: Layout;
  readonly job: Job;
  readonly space: Space;
  /** Runs a kind of work on shots; the slot of a shot is its place in the list.
   *  @throws the signal's reason when it stops. */
  run(kind: (typeof kinds)[number], shots: readonly number[]): void;
}

const points = (space: Space, lists: PointLists): Points => {
  const weights = space.floats(lists.weights.length);
  weights.set(lists.weights);
  return { starts: space.ints(lists.starts), cells: space.ints(lists.cells), weights };
};

function shotArrays(
  name: string,
  space: Space,
  layout: Layout,
  shot: Shot,
  spacing: number,
  nt: number,
  nSnapshots: number,
): ShotArrays {
  const wavelets = space.floats(shot.sources.length * nt);
  waveletsOf(name, shot).forEach((w, i) => {
    for (let n = 0; n < nt; n++) wavelets[i * nt + n] = -spacing * spacing * w[n]!;
  });
  return {
    sources: points(space, placePoints(name, layout, shot.sources)),
    receivers: points(space, placePoints(name, layout, shot.receivers)),
    wavelets,
    records: space.floats(shot.receivers.length * nt),
    snapshots: space.floats(nSnapshots * layout.nz * layout.nx),
  };
}

let jobs = 0;
let busy = 0;

/** Lends a job in memory to a function.
 *
 *  @param name Public function, for messages.
 *  @param snapshotTimes Time samples at which the whole field is kept.
 *  @param extend Adds arrays of its own to the job.
 *  @param use Runs it and copies results out of the job's arrays, which end with it. */
export function withJob<E extends object, R>(
  name: string,
  model: Model,
  sim: Simulation,
  snapshotTimes: readonly number[],
  extend: (base: Job, space: Space, checked: Checked) => E,
  use: (prepared: Prepared & { readonly job: Job & E }) => R,
): R {
  const checked = checkSimulation(name, model, sim);
  const { nz, nx, nt, threads, nReceivers } = checked;
  const layout = layOut(nz, nx, checked.edges, checked.stencil, {
    dt: sim.dt,
    spacing: sim.spacing,
    velocity: checked.damping,
    frequency: checked.frequency,
  });
  const plain = sim.precision === "float64";
  const engine = plain ? undefined : sharedEngine();
  const shared = engine && sharedSpace(name, engine.memory, Math.max(engine.free, busy));
  const space = shared ?? plainSpace;
  const stop = space.ints([0]);
  const c = space.floats(layout.length);
  const factor = (sim.dt / sim.spacing) ** 2;
  spread(layout, (i) => model.data[i]! ** 2 * factor, c);
  const density = sim.density && makeDensity(layout, sim.density.data, c, space, threads);
  const base: Job = {
    layout,
    nt,
    c,
    ...(density ? { density } : {}),
    shots: sim.shots.map((shot) =>
      shotArrays(name, space, layout, shot, sim.spacing, nt, snapshotTimes.length),
    ),
    works: Array.from(
      { length: threads },
      (): WorkArrays => ({ field: makeField(space, layout), rows: space.floats(nt * nReceivers) }),
    ),
    snapshotTimes,
    stop,
  };
  const job = { ...base, ...extend(base, space, checked) };
  const id = ++jobs;
  const text = engine && shared && threads > 1 ? writeText(shared, engine.memory, writeJob(job)) : undefined;
  const poll = () => sim.signal?.throwIfAborted();
  const run = (kind: (typeof kinds)[number], shots: readonly number[]): void => {
    poll();
    try {
      if (!engine || !text) {
        const kernels = engine?.kernels ?? plainKernels;
        for (const [slot, shot] of shots.entries()) {
          runTask(kernels, { job, kind: kinds.indexOf(kind), shot, slot, thread: 0 }, poll);
        }
        return;
      }
      const [from, length] = text;
      engine.pool(threads).run(
        shots.map((shot, slot) => [id, from, length, kinds.indexOf(kind), shot, slot]),
        () => {
          if (sim.signal?.aborted) Atomics.store(stop, 0, 1);
        },
      );
    } catch (error) {
      if (error instanceof Error && error.message === stopped) poll();
      throw error;
    }
  };
  const before = busy;
  busy = shared?.top() ?? busy;
  try {
    return use({ checked, layout, job, space, run });
  } finally {
    busy = before;
    if (busy === 0) tidy();
  }
}

function writeText(
  space: Space & { top(): number },
  memory: { readonly buffer: SharedArrayBuffer },
  text: string,
): readonly [number, number] {
  const bytes = new TextEncoder().encode(text);
  const from = space.floats(Math.ceil(bytes.length / 4)).byteOffset;
  new Uint8Array(memory.buffer, from, bytes.length).set(bytes);
  return [from, bytes.length];
}

/** Copies the same array of each shot into one. */
export function stack(
  arrays: readonly Floats[],
  shape: readonly number[],
): Grid<Float32Array | Float64Array> {
  const length = shape.reduce((a, b) => a * b, 1);
  const data = arrays[0] instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  arrays.forEach((array, i) => {
    data.set(array as Float32Array, i * array.length);
  });
  return { data, shape };
}
