// Smooth random functions of time and place, for warps, fading and statics.
import type { Rng } from "../../core/index.js";

/** A function of (t, x), zero mean, standard deviation about 1: a few cosines with random directions.
 *  @param shortest Shortest wavelength, samples.
 *  @param terms Cosines, default 4. */
export function smooth(rng: Rng, shortest: number, terms = 4): (t: number, x: number) => number {
  const waves = Array.from({ length: terms }, () => {
    const k = (2 * Math.PI) / (shortest * Math.exp(rng.uniform(0, 1.4)));
    const angle = rng.uniform(0, 2 * Math.PI);
    return { kt: k * Math.sin(angle), kx: k * Math.cos(angle), phase: rng.uniform(0, 2 * Math.PI) };
  });
  const scale = Math.sqrt(2 / terms);
  return (t, x) => {
    let sum = 0;
    for (const { kt, kx, phase } of waves) sum += Math.cos(kt * t + kx * x + phase);
    return scale * sum;
  };
}

/** Noise with a power law, roughly 1 / f^a, by octaves of interpolated lattices.
 *  @param nt Rows. @param nx Columns. @param a Decay of the amplitude from octave to octave, 2^-a.
 *  @returns Values [nt, nx], not normalised. */
export function fractal(rng: Rng, nt: number, nx: number, a: number): Float32Array {
  const out = new Float32Array(nt * nx);
  let gain = 1;
  const factor = Math.exp(-a * Math.LN2);
  for (let cell = 64; cell >= 1; cell /= 2, gain *= factor) {
    const columns = Math.ceil(nx / cell) + 2;
    const lattice = rng.fill(new Float32Array((Math.ceil(nt / cell) + 2) * columns), "normal");
    for (let t = 0; t < nt; t++) {
      const [row, down] = [Math.floor(t / cell), (t % cell) / cell];
      for (let x = 0; x < nx; x++) {
        const [column, right] = [Math.floor(x / cell), (x % cell) / cell];
        const i = row * columns + column;
        const top = lattice[i]! * (1 - right) + lattice[i + 1]! * right;
        const bottom = lattice[i + columns]! * (1 - right) + lattice[i + columns + 1]! * right;
        out[t * nx + x]! += gain * (top * (1 - down) + bottom * down);
      }
    }
  }
  return out;
}
