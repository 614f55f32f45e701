// What picks phases on seismograms: a network over windows with what it wants to see.
import { existsSync } from "node:fs";
import { fetch } from "../data/index.js";
import { load, loadSeisBench, type Model, type WindowSettings, windowDefaults } from "../nn/index.js";
import { ownWeights } from "./denoiser.js";

/** A network that gives the probability of each phase at each sample of a window. */
export interface Picker extends WindowSettings {
  readonly name: string;
  /** From [batch, length, components] to [batch, length, phases]. */
  readonly model: Model;
  /** Frees the network; idempotent. */
  dispose(): void;
}

/** How the own picker wants its windows; so do other own weights that do not say otherwise. */
export const pickerSettings: WindowSettings = {
  ...windowDefaults,
  components: "ENZ",
  phases: "PSN",
  norm: "std-live",
};

/** Finds a picker.
 *
 *  @param which "own", the network of data/weights/picker.safetensors; "volpick", the PhaseNet of Zhong and Tan (2024) as SeisBench has it, of the data
 *    catalog; or the path of a network: .safetensors of `nn.save`, whose metadata may hold `picker`, JSON of what differs from components ENZ, phases
 *    PSN, rate 100, length 3001, norm std-live, overlap 1500; or SeisBench's .pt beside its .json.
 *  @returns The picker; the caller disposes it.
 *  @throws Error where the file is missing, with the cure, or not a network. */
export async function loadPicker(which: string): Promise<Picker> {
  if (which === "own" && !existsSync(ownWeights("picker")))
    throw new Error(
      `loadPicker: the own weights must be at ${ownWeights("picker")}, got none; make them with: geodl train picker`,
    );
  let file = which === "own" ? ownWeights("picker") : which;
  if (which === "volpick") {
    await fetch("weights/phasenet_volpick.json.v1");
    file = await fetch("weights/phasenet_volpick.pt.v1");
  }
  if (!existsSync(file))
    throw new Error(`loadPicker: the model must be own, volpick, stalta or a file of weights, got ${which}`);
  const as = (model: Model, settings: WindowSettings): Picker => ({
    name: which === "own" || which === "volpick" ? which : model.name,
    model,
    ...settings,
    dispose: () => model.dispose(),
  });
  if (/\.pt(\.v[\w.]+)?$/.test(file)) {
    const { model, settings } = await loadSeisBench(file);
    return as(model, settings);
  }
  const { model, metadata } = await load(file);
  return as(model, {
    ...pickerSettings,
    ...(JSON.parse(metadata.picker ?? "{}") as Partial<WindowSettings>),
  });
}
