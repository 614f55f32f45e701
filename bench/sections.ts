// The sections that the peers' dictionary cases use, made as they make them.
import { data } from "geodl";
import { type Grid, rng } from "geodl/core";

/** 1,000 x 1,000: real3d, inline 5, noise 25/255 of its range scaled to sigma 1, repeated to size. */
export function noisyMegapixel(): Grid {
  const section = data.poststack.real3d(5);
  const [nt, nx] = section.shape as [number, number];
  const peak = section.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const scale = Math.fround(Math.fround(peak * 50) / 255); // in float32 up to the noise, as NumPy has it
  const noise = rng.numpy(0).standardNormal([1000, 1000]);
  const out = new Float32Array(1e6);
  for (let t = 0; t < 1000; t++)
    for (let x = 0; x < 1000; x++)
      out[t * 1000 + x] = Math.fround(section.data[(t % nt) * nx + (x % nx)]! / scale) + noise[t * 1000 + x]!;
  return { data: out, shape: [1000, 1000] };
}
