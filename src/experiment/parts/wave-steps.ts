// Waves from snapshot to snapshot: a network that sees two snapshots and the velocities gives the next one, again and again (autoregressive).
import {
  type Propagator,
  rayPropagator,
  symmetryMap,
  turnedCase,
  type WaveCase,
  waveInputs,
} from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import { fno2d, type Model, predict, relativeL2, type SampleSet } from "../../nn/index.js";
import { from, toGrid } from "../../tensor/index.js";
import { halfTable } from "./wave-store.js";
import { fitWaves, protocolWaves, trainCount } from "./wave-training.js";
import { side } from "./waves.js";

const cells = side * side;
const snapshots = 16;
/** Noise on what a training sample is told, of the last snapshot's rms: what the network gave before is not exact either. */
const slip = 0.01;

/** A network's input: velocity, the snapshot before the last one, the last one; both over the last one's rms, for waves have no scale.
 *  @param plain `waveInputs(wave, "plain")`, the same at all steps. */
function stepInput(plain: Grid, before: Float32Array, last: Float32Array): { x: Grid; rms: number } {
  const rms = Math.sqrt(last.reduce((sum, u) => sum + u * u, 0) / cells) + 1e-12;
  const data = new Float32Array(3 * cells);
  for (let i = 0; i < cells; i++) data.set([plain.data[2 * i]!, before[i]! / rms, last[i]! / rms], 3 * i);
  return { x: { data, shape: [side, side, 3] }, rms };
}

/** Steps of the protocol's training waves, each draw one of 14 and one of the eight symmetries. */
function stepSamples(): SampleSet {
  const store = protocolWaves();
  const halves = halfTable();
  return {
    length: trainCount,
    sample(i, random) {
      const stored = store.read(i);
      const k = random.integer(1, snapshots - 1);
      const map = symmetryMap(side, random.integer(0, 8));
      const model = { data: stored.model, shape: [side, side] };
      const wave = turnedCase({ model, source: stored.source }, map);
      const at = (t: number) => Float32Array.from(map, (cell) => halves[stored.wave[cell * snapshots + t]!]!);
      const { x, rms } = stepInput(waveInputs(wave, "plain"), at(k - 1), at(k));
      const noise = random.fill(new Float32Array(2 * cells), "normal");
      for (let c = 0; c < cells; c++)
        for (const one of [1, 2]) x.data[3 * c + one]! += slip * noise[2 * c + one - 1]!;
      return { x, y: { data: at(k + 1).map((u) => u / rms), shape: [side, side, 1] } };
    },
  };
}

/** All snapshots of a wave: the first two by straight rays, which are nearly exact so early, the others each from the two before it. */
function steppedWave(model: Model, wave: WaveCase): Grid {
  const plain = waveInputs(wave, "plain");
  const [rays] = rayPropagator.run([wave]);
  const data = Float32Array.from(rays!.data);
  const at = (k: number) => data.subarray(k * cells, (k + 1) * cells);
  for (let k = 1; k < snapshots - 1; k++) {
    const { x, rms } = stepInput(plain, at(k - 1), at(k));
    const input = from({ data: x.data, shape: [1, ...x.shape] });
    const output = predict(model, input);
    toGrid(output).data.forEach((u, i) => {
      data[(k + 1) * cells + i] = u * rms;
    });
    input.dispose();
    output.dispose();
  }
  return { data, shape: [snapshots, side, side] };
}

/** A network of the protocol's size that steps, trained like the others. */
export async function trainStepper(seed: number, steps: number): Promise<Propagator> {
  const model = fno2d({ inChannels: 3, outChannels: 1, seed });
  await fitWaves(model, stepSamples(), {
    name: `fno-steps-${seed}-${steps}`,
    seed,
    steps,
    loss: relativeL2,
  });
  return {
    name: "from snapshot to snapshot",
    run: (waves) => waves.map((wave) => steppedWave(model, wave)),
    dispose: () => model.dispose(),
  };
}
