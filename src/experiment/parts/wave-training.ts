// How operators learn from the samples of PROTOCOLS 3a.
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Operator, operator, type WaveInputKind } from "../../apply/index.js";
import { adamW, cosine, fit, type Loss, type Model, type SampleSet } from "../../nn/index.js";
import { waveNet } from "../train/fno.js";
import { waveLoss, waveSamples } from "./wave-samples.js";
import { type WaveStore, waveStore } from "./wave-store.js";

/** The 450 samples of the protocol; the last 50 are the test. */
export const protocolWaves = (): WaveStore => waveStore("protocol", [{ count: 450 }]);

/** Number of training samples of the protocol. */
export const trainCount = 400;

/** How an operator learns from the protocol's samples. */
export interface WaveTraining {
  readonly kind: WaveInputKind;
  /** Whether samples are turned and mirrored. */
  readonly symmetries: boolean;
  /** Training samples, the first of the 400. */
  readonly count?: number;
  /** Half the channels, 8 modes of each sign: learns in a tenth of the time. */
  readonly isSmall?: boolean;
}

/** Where a training of minutes keeps its state, so that a run that is stopped loses nothing. */
const checkpointOf = (name: string): string =>
  join(fileURLToPath(new URL("../../..", import.meta.url)), ".cache", "experiments", `${name}.checkpoint`);

/** Fits a network with the protocol's recipe: batches of 10, AdamW with 5 % warm-up to 5e-3 and half a cosine. Stopped and called again, it goes on from
 *  its checkpoint in .cache/experiments, to the same bits.
 *  @param options.name Of the checkpoint. @param options.loss Default relative L2 of the wave, the ray field added where it is an input. */
export async function fitWaves(
  model: Model,
  samples: SampleSet,
  {
    name,
    seed,
    steps,
    loss = waveLoss,
  }: { readonly name: string; readonly seed: number; readonly steps: number; readonly loss?: Loss },
): Promise<void> {
  const checkpoint = checkpointOf(name);
  mkdirSync(dirname(checkpoint), { recursive: true });
  await fit(model, samples, {
    loss,
    optimizer: adamW({ learningRate: cosine(5e-3, 0, 0.05), weightDecay: 1e-4 }),
    batchSize: 10,
    steps,
    seed,
    every: Math.min(steps, 60),
    checkpoint,
  });
  for (const file of [checkpoint, `${checkpoint}.previous`]) rmSync(file, { force: true });
}

/** An operator trained on the protocol's samples by `fitWaves`. */
export async function trainWaves(
  { kind, symmetries, count = trainCount, isSmall = false }: WaveTraining,
  seed: number,
  steps: number,
): Promise<Operator> {
  const model = waveNet(kind, seed, isSmall ? { hidden: 16, modes: [16, 16] } : undefined);
  const name = `fno-${kind}-${symmetries}-${count}-${seed}-${steps}${isSmall ? "-small" : ""}`;
  await fitWaves(model, waveSamples(protocolWaves(), kind, { symmetries, count }), { name, seed, steps });
  return operator(kind, model);
}
