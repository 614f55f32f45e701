// Ground roll off a shot gather, by the own network.
import type { Grid } from "../core/index.js";
import { load, type Model } from "../nn/index.js";
import { from, toGrid } from "../tensor/index.js";
import { ownWeights } from "./denoiser.js";
import { mirrored, withoutRim } from "./mirror.js";

let network: Promise<{ readonly model: Model }> | undefined;

/** Takes ground roll off a gather by the network of data/weights/groundroll.safetensors, which has seen generated gathers only: slopes of 1.5 to 6
 *  samples a trace, .01 to .05 cycles a sample. The gather is scaled to rms 1 and mirrored at its edges; the network stays loaded.
 *
 *  @param gather [trace, time], any size; unchanged.
 *  @returns New gather, in the same unit.
 *  @throws Error where the weights are missing; TypeError unless the gather is [trace, time]. */
export async function removeGroundRoll(gather: Grid): Promise<Grid> {
  const [traces, nt] = gather.shape as [number, number];
  if (gather.shape.length !== 2 || traces * nt !== gather.data.length || traces * nt === 0)
    throw new TypeError(`removeGroundRoll: a gather must be [trace, time], got [${gather.shape}]`);
  network ??= load(ownWeights("groundroll"));
  const { model } = await network;
  const rms = Math.sqrt(gather.data.reduce((sum, v) => sum + v * v, 0) / gather.data.length) || 1;
  const wide = mirrored(gather, 8, 8);
  const x = from({ data: wide.data.map((v) => v / rms), shape: [1, ...wide.shape, 1] });
  const y = model.apply(x);
  const { data } = toGrid(y);
  x.dispose();
  y.dispose();
  return withoutRim({ data: data.map((v) => v * rms), shape: wide.shape }, 8, traces, nt);
}
