// Stored waves as samples for a network: inputs of either kind, one of the eight symmetries of the square.
import { type WaveInputKind, waveInputs, withRays } from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import { type Loss, relativeL2, type SampleSet } from "../../nn/index.js";
import { halfTable, type WaveStore } from "./wave-store.js";
import { side } from "./waves.js";

const cells = side * side;

/** The cell that comes to lie at (z, x): bit 1 mirrors z, bit 2 mirrors x, bit 4 then transposes. */
function placeOf(symmetry: number, z: number, x: number): readonly [number, number] {
  const [a, b] = symmetry & 4 ? [x, z] : [z, x];
  return [symmetry & 1 ? side - 1 - a : a, symmetry & 2 ? side - 1 - b : b];
}

/** Where each cell's values come from, [64, 64], for each symmetry. */
const maps = Array.from({ length: 8 }, (_, symmetry) =>
  Int32Array.from({ length: cells }, (_, i) => {
    const [z, x] = placeOf(symmetry, Math.floor(i / side), i % side);
    return z * side + x;
  }),
);

/** Samples: `waveInputs` [64, 64, 2 or 35] and the wave over `waveScale` [64, 64, 16].
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
      const map = maps[symmetry]!;
      const turned = (data: Float32Array): Grid => {
        const out = new Float32Array(cells);
        for (let k = 0; k < cells; k++) out[k] = data[map[k]!]!;
        return { data: out, shape: [side, side] };
      };
      const at = map.indexOf(stored.source[0] * side + stored.source[1]);
      const wave = { model: turned(stored.model), source: [Math.floor(at / side), at % side] as const };
      const target = new Float32Array(cells * 16);
      for (let k = 0; k < cells; k++)
        for (let t = 0, to = k * 16, of = map[k]! * 16; t < 16; t++)
          target[to++] = halves[stored.wave[of++]!]!;
      return {
        x: waveInputs(wave, kind, kind === "rays" ? turned(stored.times) : undefined),
        y: { data: target, shape: [side, side, 16] },
      };
    },
  };
}

/** Relative L2 of an operator's wave: with the ray field added where it has one among its inputs. */
export const waveLoss: Loss = (output, target, input) => relativeL2(withRays(output, input), target, input);
