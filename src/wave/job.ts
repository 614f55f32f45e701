// What all shots of a simulation share, and how one shot is computed; runs on any thread.
import type { Density, DensityOf } from "./density.js";
import type { Field, Floats, Kernels, Points, StripMemory } from "./kernels.js";
import { cellAt, type Layout } from "./layout.js";
import { lookEvery, Wavefield } from "./wavefield.js";

/** Sources, receivers and wavelets of a shot, and where its results go. */
export interface ShotArrays {
  readonly sources: Points;
  readonly receivers: Points;
  /** -h^2 times the amplitudes, [source, time]. */
  readonly wavelets: Floats;
  /** [receiver, time]. */
  readonly records: Floats;
  /** [snapshot, nz, nx]. */
  readonly snapshots: Floats;
}

/** Work of one thread. */
export interface WorkArrays {
  readonly field: Field;
  /** Records [time, receiver] before they are turned. */
  readonly rows: Floats;
}

/** A simulation; every array lies in memory that all threads see. */
export interface Job {
  readonly layout: Layout;
  readonly nt: number;
  /** v^2 dt^2 / h^2 as a field. */
  readonly c: Floats;
  /** Where it varies. */
  readonly density?: Density;
  readonly shots: readonly ShotArrays[];
  readonly works: readonly WorkArrays[];
  /** Time samples of the snapshots, ascending. */
  readonly snapshotTimes: readonly number[];
  /** Not 0 when the caller has given up. */
  readonly stop: Int32Array;
}

/** Density of a thread's wavefields; undefined where it is constant. */
export const densityOf = ({ density }: Job, thread: number): DensityOf | undefined =>
  density && { density, work: density.works[thread]! };

/** Takes arrays out of some memory. */
export interface Space {
  floats(length: number): Floats;
  /** Numbers that are written before they are read. */
  scratch(length: number): Floats;
  ints(values: readonly number[]): Int32Array;
}

/** Arrays of a field; of an adjoint one too if asked. */
export function makeField(space: Space, layout: Layout, adjoint = false): Field {
  const strips = layout.strips.map((strip): StripMemory => {
    const coefficients = space.floats(strip.coefficients.length);
    coefficients.set(strip.coefficients);
    const array = () => space.floats(strip.length);
    const memory = { coefficients, p: array(), next: array(), s: array() };
    return adjoint ? { ...memory, e: array(), g: array(), t: array() } : memory;
  });
  return { u: space.floats(layout.length), before: space.floats(layout.length), strips };
}

/** Largest |c x| that is put into a field. */
export function largest(c: Floats, points: Points, values: Floats): number {
  let [most, speed] = [0, 0];
  for (const v of values) most = Math.max(most, Math.abs(v));
  for (const cell of points.cells) speed = Math.max(speed, c[cell]!);
  return most * speed;
}

/** Turns [time, receiver] into [receiver, time]. */
export function turn(rows: Floats, nt: number, receivers: number, into: Floats): void {
  const block = 32;
  for (let r0 = 0; r0 < receivers; r0 += block)
    for (let t = 0; t < nt; t++)
      for (let r = r0; r < Math.min(r0 + block, receivers); r++) into[r * nt + t] = rows[t * receivers + r]!;
}

/** Copies the model's part of a field. */
export function cut(layout: Layout, u: Floats, into: Floats, first: number): void {
  const { nz, nx, top, left } = layout;
  for (let z = 0; z < nz; z++) {
    const i = cellAt(layout, z + top, left);
    into.set(u.subarray(i, i + nx) as Float32Array, first + z * nx);
  }
}

/** Records and snapshots of a shot. Sample n is the field before step n, so sample 0 is zero. */
export function forward(kernels: Kernels, job: Job, iShot: number, thread: number, poll: () => void): void {
  const work = job.works[thread]!;
  const { layout, nt, c, snapshotTimes } = job;
  const shot = job.shots[iShot]!;
  const { sources, receivers, wavelets } = shot;
  const count = receivers.starts.length - 1;
  const wave = new Wavefield(
    kernels,
    layout,
    work.field,
    c,
    [sources],
    largest(c, sources, wavelets),
    densityOf(job, thread),
  );
  wave.clear();
  let iSnapshot = 0;
  const cells = layout.nz * layout.nx;
  for (let n = 0; n < nt; n++) {
    if (n % lookEvery === 0) {
      poll();
      wave.look();
    }
    kernels.record(work.field.u, receivers, work.rows, n * count);
    while (snapshotTimes[iSnapshot] === n) cut(layout, work.field.u, shot.snapshots, iSnapshot++ * cells);
    if (n + 1 < nt) wave.step(undefined, (next) => kernels.inject(next, c, sources, wavelets, n, nt));
  }
  turn(work.rows, nt, count, shot.records);
}
