// A network that is told which traces are missing, on strips of any size.
import type { Grid } from "../core/index.js";
import { interpolateAlongSlopes, maskTraces } from "../dictionary/index.js";
import type { Model } from "../nn/index.js";
import { engine, from, type Tensor, toGrid } from "../tensor/index.js";
import { inputChannels, interpolationInputs, mirrorInputs } from "./interpolation-inputs.js";
import type { Interpolator } from "./interpolator.js";
import { mirrored, mirrorPlaces, turned, withoutRim } from "./mirror.js";
import { placesAlong } from "./strips.js";

/** Samples of mirrored rim. */
const rim = 16;
/** Pieces that the network gets, along both axes; whole numbers of 8, as the rim makes the strip. */
const pieces = { size: 256, margin: 16, ramp: 16 };
/** Channels of the inputs that hold amplitudes: the first ones. */
const amplitudes = 7;

/** The same inputs from the last sample to the first, and times a factor. */
function upsideDown({ data, shape }: Grid, reverse: boolean, factor: number): Grid {
  const nt = shape[0]!;
  const n = data.length / nt;
  const out = new Float32Array(data.length);
  for (let t = 0; t < nt; t++) out.set(data.subarray(t * n, (t + 1) * n), (reverse ? nt - 1 - t : t) * n);
  if (factor !== 1)
    for (let i = 0; i < out.length; i++) if (i % inputChannels < amplitudes) out[i]! *= factor;
  return { data: out, shape };
}

function answer(model: Model, inputs: Grid): Grid {
  const [nt, nx] = inputs.shape as [number, number];
  const x = from({ data: inputs.data, shape: [1, ...inputs.shape] });
  let y: Tensor | undefined;
  try {
    y = engine().tf.tidy(() => model.apply(x));
    return { data: toGrid(y).data, shape: [nt, nx] };
  } finally {
    x.dispose();
    y?.dispose();
  }
}

function averagedAnswer(model: Model, inputs: Grid): Grid {
  const sum = new Float32Array(inputs.data.length / inputChannels);
  for (let k = 0; k < 8; k++) {
    const [alongT, alongX, sign] = [(k & 1) > 0, (k & 2) > 0, k & 4 ? -1 : 1];
    const found = answer(model, upsideDown(alongX ? mirrorInputs(inputs) : inputs, alongT, sign));
    const back = turned(found, alongT, alongX, sign / 8).data;
    for (let i = 0; i < sum.length; i++) sum[i]! += back[i]!;
  }
  return { data: sum, shape: inputs.shape.slice(0, 2) };
}

/** `nn.interpolateUnet` as an interpolator: inputs from the strip with a mirrored rim, in pieces that are blended, amplitudes over the
 *  largest kept one.
 *
 *  @param model Disposed with the interpolator.
 *  @param options.flips Averages eight runs, over flips and signs. Default false. */
export function networkInterpolator(
  model: Model,
  { flips = false }: { readonly flips?: boolean } = {},
): Interpolator {
  return {
    name: flips ? "own network, 8 flips and signs" : "own network",
    tiling: { size: 512, margin: 64, ramp: 32 },
    async run(strip, kept, signal) {
      const [nt, nx] = strip.shape as [number, number];
      const peak = maskTraces(strip, kept).data.reduce((most, v) => Math.max(most, Math.abs(v)), 0) || 1;
      const scaled = { data: strip.data.map((v) => v / peak), shape: strip.shape };
      const wide = mirrored(scaled, rim, 8);
      const estimate = mirrored(interpolateAlongSlopes(scaled, kept), rim, 8);
      const isKept = new Set(kept);
      const wideKept: number[] = [];
      mirrorPlaces(nx, rim, 8).forEach((x, i) => {
        if (isKept.has(x)) wideKept.push(i);
      });
      const [rows, columns] = wide.shape as [number, number];
      const sum = new Float32Array(rows * columns);
      const over = new Float32Array(rows * columns);
      for (const down of placesAlong(rows, pieces))
        for (const across of placesAlong(columns, pieces)) {
          await new Promise((resolve) => setImmediate(resolve)); // so that Ctrl-C is heard
          if (signal?.aborted) return strip;
          const shape = [down.to - down.from, across.to - across.from] as const;
          const window = { from: [down.from, across.from], shape } as const;
          const inputs = interpolationInputs(wide, wideKept, estimate, window);
          const { data } = (flips ? averagedAnswer : answer)(model, inputs);
          for (let t = 0, i = 0; t < shape[0]; t++)
            for (let x = 0; x < shape[1]; x++, i++) {
              const w = down.weights[t]! * across.weights[x]!;
              const to = (down.from + t) * columns + across.from + x;
              sum[to]! += w * data[i]!;
              over[to]! += w;
            }
        }
      const blended = { data: sum.map((v, i) => (peak * v) / over[i]!), shape: wide.shape };
      return withoutRim(blended, rim, nt, nx);
    },
    dispose: () => model.dispose(),
  };
}
