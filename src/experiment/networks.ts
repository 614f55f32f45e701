// The networks that experiments compare, loaded once a process.
import { existsSync } from "node:fs";
import {
  type Denoiser,
  type Interpolator,
  loadDenoiser,
  loadInterpolator,
  ownWeights,
} from "../apply/index.js";
import { find, locate } from "../data/index.js";

/** Denoising networks by name. */
export type NetworkName = "own" | "kair";

const kair = "weights/kair_dncnn_25.pth";
const loaded = new Map<NetworkName, Promise<Denoiser>>();

/** Whether this machine has a network's weights. */
export const hasNetwork = (name: NetworkName | "interpolator"): boolean =>
  name === "kair"
    ? locate(kair) !== undefined
    : existsSync(ownWeights(name === "own" ? "denoiser" : "interpolator"));

/** A network as a denoiser; kept, so do not dispose it.
 *  @throws Error where its weights are missing, with the cure. */
export function network(name: NetworkName): Promise<Denoiser> {
  const known = loaded.get(name) ?? loadDenoiser(name === "own" ? "own" : find(kair));
  loaded.set(name, known);
  return known;
}

const interpolators = new Map<boolean, Promise<Interpolator>>();

/** The network that is told which traces are missing; kept, so do not dispose it.
 *  @param flips Averaged over eight runs.
 *  @throws Error where its weights are missing, with the cure. */
export function interpolationNetwork(flips: boolean): Promise<Interpolator> {
  const known = interpolators.get(flips) ?? loadInterpolator("own", { flips });
  interpolators.set(flips, known);
  return known;
}
