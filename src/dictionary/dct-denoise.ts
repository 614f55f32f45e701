// Sliding 8 x 8 cosine transform, the fast way: windows side by side in vector lanes, column transforms shared.
import type { Grid } from "../core/index.js";
import { withKernels } from "./kernels.js";

/** Window rows held at a time. */
const bandRows = 64;

/** Denoises by a hard threshold of the 8 x 8 orthonormal cosine transform in every window (stride 1), overlaps averaged: the same
 *  as `denoiseWithFrame(section, dctAtoms([8, 8]), { threshold })`, some ten times faster. The transform down a column is shared by
 *  the eight windows that hold it, as is the way back.
 *
 *  @param section Section [nt, nx], both at least 8.
 *  @param threshold In the data's units, >= 0; usually 2.7 times the noise's standard deviation.
 *  @returns The denoised section, float32.
 *  @throws RangeError where the section is smaller than a window or the threshold negative.
 *  @see Guleryuz (2007); Yu and Sapiro (2011). */
export function dctDenoise(section: Grid, threshold: number): Grid {
  const [nt, nx] = section.shape as [number, number];
  if (section.shape.length !== 2 || !(nt >= 8 && nx >= 8))
    throw new RangeError(`dctDenoise: a section must be [nt >= 8, nx >= 8], got [${section.shape}]`);
  if (!(threshold >= 0)) throw new RangeError(`dctDenoise: threshold must be >= 0, got ${threshold}`);
  const columns = nx - 7;
  const stride = (columns + 19) & ~3;
  const rows = Math.min(bandRows, nt - 7);
  const out = new Float32Array(nt * nx);
  withKernels(4 * stride * (2 * (rows + 7) + 8) + 1024, (kernels) => {
    const band = kernels.f32((rows + 7) * stride);
    const into = kernels.f32((rows + 7) * stride);
    const work = kernels.f32(8 * stride);
    for (let first = 0; first < nt - 7; first += rows) {
      const n = Math.min(rows, nt - 7 - first);
      for (let y = 0; y < n + 7; y++)
        band.set(section.data.subarray((first + y) * nx, (first + y + 1) * nx), y * stride);
      into.fill(0);
      kernels.dctBand(band, into, stride, n, columns, threshold, work);
      for (let y = 0; y < n + 7; y++)
        for (let x = 0, to = (first + y) * nx; x < nx; x++, to++) out[to] = out[to]! + into[y * stride + x]!;
    }
  });
  const over = (i: number, n: number): number => Math.min(i + 1, 8, n - i, n - 7);
  for (let y = 0, i = 0; y < nt; y++) {
    const down = over(y, nt);
    for (let x = 0; x < nx; x++, i++) out[i] = out[i]! / (down * over(x, nx));
  }
  return { data: out, shape: [nt, nx] };
}
