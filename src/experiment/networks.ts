// The networks that experiments compare, loaded once a process.
import { existsSync } from "node:fs";
import { type Denoiser, loadDenoiser, ownWeights } from "../apply/index.js";
import { find, locate } from "../data/index.js";

/** Networks by the name that tasks hold. */
export type NetworkName = "own" | "kair";

const kair = "weights/kair_dncnn_25.pth";
const loaded = new Map<NetworkName, Promise<Denoiser>>();

/** Whether this machine has a network's weights. */
export const hasNetwork = (name: NetworkName): boolean =>
  name === "own" ? existsSync(ownWeights("denoiser")) : locate(kair) !== undefined;

/** A network as a denoiser; kept, so do not dispose it.
 *  @throws Error where its weights are missing, with the cure. */
export function network(name: NetworkName): Promise<Denoiser> {
  const known = loaded.get(name) ?? loadDenoiser(name === "own" ? "own" : find(kair));
  loaded.set(name, known);
  return known;
}
