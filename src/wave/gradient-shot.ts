// The gradient of one shot: its wavefield is kept on the way forward, the adjoint field meets it on the way back.
import { correlate } from "./density-gradient.js";
import { densityOf, type Job, largest, type ShotArrays, turn } from "./job.js";
import type { Field, Floats, Kernels } from "./kernels.js";
import { type Box, overlap } from "./layout.js";
import type { Store, StorePlan } from "./store.js";
import { lookEvery, Wavefield } from "./wavefield.js";

/** A job whose shots can be followed back. */
export interface GradientJob extends Job {
  readonly plan: StorePlan;
  readonly stores: readonly Store[];
  /** One a thread. */
  readonly adjoints: readonly Field[];
}

/** Steps `from` to `to` forward, their wavefields kept if asked.
 *  @param listen Called with each sample before its step. */
function ahead(
  kernels: Kernels,
  job: GradientJob,
  shot: ShotArrays,
  wave: Wavefield,
  store: Store | undefined,
  from: number,
  to: number,
  poll: () => void,
  listen: (n: number) => void,
): void {
  const { layout, nt, c, plan } = job;
  for (let n = from; n < to; n++) {
    if (n % lookEvery === 0) {
      poll();
      wave.look();
    }
    listen(n);
    let snap: Floats | undefined;
    if (store && n % plan.every === 0) {
      const slot = (n - from) / plan.every;
      snap = store.snaps.subarray(slot * layout.length, (slot + 1) * layout.length);
      const { z0, z1, x0, x1 } = wave.box;
      store.boxes.set([z0, z1, x0, x1], 4 * slot);
      store.sums?.waves.set(wave.field.u as Float32Array, slot * layout.length);
    }
    wave.step(snap, (next) => {
      kernels.inject(next, c, shot.sources, shot.wavelets, n, nt);
      // the source's strength is v^2 f: it too depends on the velocity
      if (snap) kernels.inject(snap, c, shot.sources, shot.wavelets, n, nt);
    });
  }
}

const sourceWave = (kernels: Kernels, job: GradientJob, shot: ShotArrays, thread: number) =>
  new Wavefield(
    kernels,
    job.layout,
    job.works[thread]!.field,
    job.c,
    [shot.sources],
    largest(job.c, shot.sources, shot.wavelets),
    densityOf(job, thread),
  );

/** Records of a shot; keeps the wavefield of the last part, and where the others start. */
export function recordShot(
  kernels: Kernels,
  job: GradientJob,
  iShot: number,
  slot: number,
  thread: number,
  poll: () => void,
): void {
  const { nt, plan } = job;
  const [store, work] = [job.stores[slot]!, job.works[thread]!];
  const shot = job.shots[iShot]!;
  const count = shot.receivers.starts.length - 1;
  const wave = sourceWave(kernels, job, shot, thread);
  wave.clear();
  const listen = (n: number) => kernels.record(work.field.u, shot.receivers, work.rows, n * count);
  for (let part = 0; part < plan.parts; part++) {
    const last = part === plan.parts - 1;
    if (part > 0) wave.save(store.restarts, (part - 1) * plan.restart, store.windows, 8 * (part - 1));
    const to = Math.min((part + 1) * plan.steps, nt - 1);
    ahead(kernels, job, shot, wave, last ? store : undefined, part * plan.steps, to, poll, listen);
  }
  listen(nt - 1);
  turn(work.rows, nt, count, shot.records);
}

/** Sum over the steps of y_{n+1} c L(u_n), from the records' misfit in the store: with y = c lambda, y_n = 2 y_{n+1} - y_{n+2} + c (the transpose of the
 *  layers' Laplacian) y_{n+1} + c r_n; c rho stands for c where the density varies. */
export function adjointShot(
  kernels: Kernels,
  job: GradientJob,
  iShot: number,
  iStore: number,
  thread: number,
  poll: () => void,
): void {
  const { layout, nt, plan } = job;
  const [store, field] = [job.stores[iStore]!, job.adjoints[thread]!];
  const density = densityOf(job, thread);
  const c = density?.density.kappa ?? job.c;
  const shot = job.shots[iShot]!;
  const { receivers } = shot;
  const wave = sourceWave(kernels, job, shot, thread);
  const back = new Wavefield(
    kernels,
    layout,
    field,
    job.c,
    [receivers],
    largest(c, receivers, store.adjoint),
    density,
  );
  back.clear();
  store.gradient.fill(0);
  if (store.sums) for (const sum of [store.sums.outer, store.sums.product, store.sums.inner]) sum.fill(0);
  back.put((u) => kernels.inject(u, c, receivers, store.adjoint, nt - 1, nt));
  for (let part = plan.parts - 1; part >= 0; part--) {
    const from = part * plan.steps;
    const to = Math.min(from + plan.steps, nt - 1);
    if (part < plan.parts - 1) {
      if (part === 0) wave.clear();
      else wave.restore(store.restarts, (part - 1) * plan.restart, store.windows, 8 * (part - 1));
      ahead(kernels, job, shot, wave, store, from, to, poll, () => undefined);
    }
    for (let n = to - 1; n >= from; n--) {
      if ((nt - 2 - n) % lookEvery === 0) {
        poll();
        back.look();
      }
      if (n % plan.every === 0) {
        const slot = (n - from) / plan.every;
        const [z0, z1, x0, x1] = store.boxes.subarray(4 * slot) as unknown as [
          number,
          number,
          number,
          number,
        ];
        const common: Box = overlap(back.box, { z0, z1, x0, x1 });
        const snap = store.snaps.subarray(slot * layout.length, (slot + 1) * layout.length);
        kernels.multiply(layout, store.gradient, field.u, snap, common);
        if (store.sums && density) {
          const u = store.sums.waves.subarray(slot * layout.length, (slot + 1) * layout.length);
          const [adjoint, forth] = [
            { field: field.u, box: back.box },
            { field: u, box: { z0, z1, x0, x1 } },
          ];
          correlate(kernels, layout, store.sums, density, adjoint, forth, common);
        }
      }
      if (n > 0) back.adjointStep((next) => kernels.inject(next, c, receivers, store.adjoint, n, nt));
    }
  }
}
