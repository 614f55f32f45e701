// Born modelling of one shot: two fields in step, the second moved by the first.
import { type DensityChange, densityScatter } from "./density.js";
import { densityOf, type Job, largest, turn } from "./job.js";
import type { Field, Floats, Kernels } from "./kernels.js";
import { lookEvery, Wavefield } from "./wavefield.js";

/** A job with a perturbation of the velocity. */
export interface BornJob extends Job {
  /** 2 dv / v as a field. */
  readonly relative: Floats;
  /** One a thread. */
  readonly scattered: readonly Field[];
  /** c L(u) of the present step, one a thread. */
  readonly snaps: readonly Floats[];
  /** A change of density, and what it adds to the present step, one a thread. */
  readonly change?: DensityChange;
  readonly moved?: readonly Floats[];
}

/** Scattered records of a shot: the second field's source is 2 dv / v times what moves the first. */
export function bornShot(
  kernels: Kernels,
  job: BornJob,
  iShot: number,
  thread: number,
  poll: () => void,
): void {
  const { layout, nt, c, relative, change, density } = job;
  const work = job.works[thread]!;
  const [varies, moved] = [densityOf(job, thread), job.moved?.[thread]];
  const { sources, receivers, wavelets, records } = job.shots[iShot]!;
  const [field, snap] = [job.scattered[thread]!, job.snaps[thread]!];
  const count = receivers.starts.length - 1;
  const most = largest(c, sources, wavelets);
  const reach = Math.max(largestOf(relative), change ? largestOf(change.minusE) : 0);
  const wave = new Wavefield(kernels, layout, work.field, c, [sources], most, varies);
  const second = new Wavefield(kernels, layout, field, c, [sources], most * reach, varies);
  wave.clear();
  second.clear();
  for (let n = 0; n < nt; n++) {
    if (n % lookEvery === 0) {
      poll();
      wave.look();
      second.look(wave.box);
    }
    kernels.record(field.u, receivers, work.rows, n * count);
    if (n + 1 === nt) break;
    wave.step(snap, (next) => {
      kernels.inject(next, c, sources, wavelets, n, nt);
      kernels.inject(snap, c, sources, wavelets, n, nt);
    });
    // the step has just made the present field the one before
    if (varies && change && moved)
      densityScatter(kernels, layout, moved, work.field.before, varies, change, wave.box);
    second.step(undefined, (next) => {
      kernels.multiply(layout, next, relative, snap, wave.box);
      if (density && moved) kernels.multiply(layout, next, density.ones, moved, wave.box);
    });
  }
  turn(work.rows, nt, count, records);
}

const largestOf = (values: Floats): number => {
  let most = 0;
  for (const v of values) most = Math.max(most, Math.abs(v));
  return most;
};
