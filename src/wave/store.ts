// How the wavefield of a shot is kept for its gradient: every sample that is asked for, or parts of them and restarts.
import type { DensitySums } from "./density-gradient.js";
import type { Floats } from "./kernels.js";
import type { Layout } from "./layout.js";
import { lookEvery } from "./wavefield.js";

/** Which steps are kept, and in how many parts. Step n makes sample n + 1; there are nt - 1. */
export interface StorePlan {
  /** The wavefield of every so many steps is used. */
  readonly every: number;
  /** Steps a part; a multiple of `every` and of `lookEvery` where there are several. */
  readonly steps: number;
  readonly parts: number;
  /** Wavefields kept at a time. */
  readonly kept: number;
  /** Numbers of a restart. */
  readonly restart: number;
}

/** Memory of one shot between its records and its gradient. */
export interface Store {
  /** [kept, field]. */
  readonly snaps: Floats;
  /** [kept, 4], the windows of them. */
  readonly boxes: Int32Array;
  /** [parts - 1, restart]. */
  readonly restarts: Floats;
  /** [parts - 1, 8]. */
  readonly windows: Int32Array;
  /** What the records' misfit hands back, [receiver, time]. */
  readonly adjoint: Floats;
  /** Sum of y c L(u), a field. */
  readonly gradient: Floats;
  /** Where the density varies. */
  readonly sums?: DensitySums;
}

/** Numbers of a wavefield at one time. */
export const restartLength = (layout: Layout): number =>
  2 * layout.length + layout.strips.reduce((sum, strip) => sum + 2 * strip.length, 0);

/** Plans the store of a shot.
 *
 *  @param bytes Most that it may take.
 *  @param size Bytes a number.
 *  @param fields Fields that are kept of a step.
 *  @returns As few parts as fit.
 *  @throws RangeError with the least that is enough. */
export function planStore(
  name: string,
  layout: Layout,
  nt: number,
  every: number,
  bytes: number,
  size: number,
  fields: number,
): StorePlan {
  const steps = Math.max(nt - 1, 1);
  const restart = restartLength(layout);
  const grain = lookEvery * every;
  let least = Number.POSITIVE_INFINITY;
  for (let parts = 1; parts <= Math.ceil(steps / grain); parts++) {
    const length = parts === 1 ? steps : grain * Math.ceil(steps / parts / grain);
    const kept = Math.ceil(length / every);
    const count = Math.ceil(steps / length);
    const need = size * (fields * kept * layout.length + (count - 1) * restart);
    if (need <= bytes) return { every, steps: length, parts: count, kept, restart };
    least = Math.min(least, need);
  }
  throw new RangeError(
    `${name}: memory must be at least ${Math.ceil(least / 1e6)} MB a thread, got ${Math.floor(bytes / 1e6)} MB; use fewer threads or a larger every`,
  );
}
