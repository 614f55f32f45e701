// What fills the missing traces of a strip: without training, or a network.
import { existsSync } from "node:fs";
import type { Grid } from "../core/index.js";
import {
  fourierProjection,
  inTiles,
  interpolateAlongSlopes,
  interpolateLinear,
  liveTraces,
  pocs,
} from "../dictionary/index.js";
import { load } from "../nn/index.js";
import { ownWeights } from "./denoiser.js";
import { networkInterpolator } from "./network-interpolator.js";
import type { Tiling } from "./strips.js";

/** A method that fills missing traces of a strip. */
export interface Interpolator {
  readonly name: string;
  readonly tiling: Tiling;
  /** @param strip [nt, nx], missing traces zero. @param kept Trace numbers from 0, at least one. */
  run(strip: Grid, kept: Int32Array, signal?: AbortSignal): Grid | Promise<Grid>;
  /** Frees a network; idempotent. */
  dispose(): void;
}

/** Methods without training, by name: along x; along the slopes of the events; Fourier POCS of 30 iterations in windows of 64 x 32. */
export const interpolators: { readonly [name in "linear" | "slopes" | "pocs"]: Interpolator } = {
  linear: {
    name: "linear",
    tiling: { size: 1024, margin: 128, ramp: 32 },
    run: interpolateLinear,
    dispose() {},
  },
  slopes: {
    name: "slopes",
    tiling: { size: 512, margin: 64, ramp: 32 },
    run: (strip, kept) => interpolateAlongSlopes(strip, kept),
    dispose() {},
  },
  pocs: {
    name: "pocs",
    tiling: { size: 512, margin: 64, ramp: 32 },
    async run(strip, kept, signal) {
      const found = await inTiles(strip, kept, async (window, here) => {
        await new Promise((resolve) => setImmediate(resolve)); // so that Ctrl-C is heard
        if (signal?.aborted) return window;
        return pocs(window, here, fourierProjection(window, here), { iterations: 30, levels: [0.99, 0.1] });
      });
      return withLinearGaps(found, strip, kept);
    },
    dispose() {},
  },
};

/** Traces that no window could reach, for their gap is wider than a window, are interpolated linearly. */
function withLinearGaps(found: Grid, strip: Grid, kept: Int32Array): Grid {
  const live = new Set(liveTraces(found));
  const nx = found.shape[1]!;
  if (live.size === nx) return found;
  const linear = interpolateLinear(strip, kept);
  return { data: found.data.map((v, i) => (live.has(i % nx) ? v : linear.data[i]!)), shape: found.shape };
}

/** Finds an interpolator.
 *
 *  @param which "linear", "slopes", "pocs", or "own", the network of data/weights/interpolator.safetensors. Default: own where these
 *    weights are, else slopes.
 *  @param options.flips The network averaged over eight runs, flips and signs. Default false.
 *  @returns The interpolator; the caller disposes it.
 *  @throws Error where the own weights are missing, with the cure; RangeError for another name, or flips of what is no network. */
export async function loadInterpolator(
  which?: string,
  { flips = false }: { readonly flips?: boolean } = {},
): Promise<Interpolator> {
  const file = ownWeights("interpolator");
  const name = which ?? (existsSync(file) ? "own" : "slopes");
  if (name !== "own" && !Object.hasOwn(interpolators, name))
    throw new RangeError(`loadInterpolator: the method must be own, linear, slopes or pocs, got ${name}`);
  if (flips && name !== "own")
    throw new RangeError(`loadInterpolator: flips are for the network, got method ${name}`);
  if (name !== "own") return interpolators[name as keyof typeof interpolators];
  if (!existsSync(file))
    throw new Error(
      `loadInterpolator: the own weights must be at ${file}, got none; make them with: geodl train interpolator`,
    );
  const { model } = await load(file);
  return networkInterpolator(model, { flips });
}
