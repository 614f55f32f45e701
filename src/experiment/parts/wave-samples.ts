// Stored waves as samples for a network: inputs of either kind, one of the eight symmetries of the square.
import {
  symmetryMap,
  turnedCase,
  turnedField,
  type WaveInputKind,
  waveInputs,
  withRays,
} from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import { type Loss, relativeL2, type SampleSet } from "../../nn/index.js";
import { halfTable, type WaveStore } from "./wave-store.js";
import { side } from "./waves.js";

const cells = side * side;

/** Samples: `waveInputs` [64, 64, 2, 19 or 35] and the wave over `waveScale` [64, 64, 16].
 *
 *  @param store Solved waves.
 *  @param kind Inputs.
 *  @param options.symmetries Whether each draw takes one of the eight symmetries of the square. Default false.
 *  @param options.from First sample, default 0. @param options.count How many, default all that follow. */
export function waveSamples(
  store: WaveStore,
  kind: WaveInputKind,
  options: { readonly symmetries?: boolean; readonly from?: number; readonly count?: number } = {},
): SampleSet {
  const { symmetries = false, from = 0, count = store.length - from } = options;
  const halves = halfTable();
  return {
    length: count,
    sample(i, rng) {
      const stored = store.read(from + i);
      const symmetry = symmetries ? rng.integer(0, 8) : 0;
      const map = symmetryMap(side, symmetry);
      const of = (data: Float32Array): Grid => ({ data, shape: [side, side] });
      const wave = turnedCase({ model: of(stored.model), source: stored.source }, map);
      const target = new Float32Array(cells * 16);
      for (let k = 0; k < cells; k++)
        for (let t = 0, to = k * 16, of = map[k]! * 16; t < 16; t++)
          target[to++] = halves[stored.wave[of++]!]!;
      return {
        x: waveInputs(wave, kind, kind === "plain" ? undefined : turnedField(of(stored.times), map)),
        y: { data: target, shape: [side, side, 16] },
      };
    },
  };
}

/** Relative L2 of an operator's wave: with the ray field added where it has one among its inputs. */
export const waveLoss: Loss = (output, target, input) => relativeL2(withRays(output, input), target, input);
