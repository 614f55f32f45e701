// Denoisers by dictionaries as the protocols state them, learned from the noisy section itself or from other sections.
import { type Grid, rng } from "../core/index.js";
import { synthetic } from "../data/index.js";
import {
  cosineAtoms,
  dctAtoms,
  ddtf,
  denoiseWithFrame,
  denoiseWithPursuit,
  ksvd,
  patchesOf,
  pickPatches,
  sparseKsvd,
} from "../dictionary/index.js";
import { rms } from "./protocol.js";

/** Takes noise of a standard deviation off a section. */
export type Remove = (noisy: Grid, sigma: number) => Grid | Promise<Grid>;

const patch = [8, 8] as const;

/** Tight frame of 64 filters learned in 20 rounds from the noisy section.
 *  @param learned Hard threshold while learning, in sigma. @param hard While denoising. Default 2.7. */
export const byDdtf =
  (learned: number, hard = 2.7): Remove =>
  (noisy, sigma) => {
    const { dictionary } = ddtf(patchesOf(noisy, patch), dctAtoms(patch), { threshold: learned * sigma });
    return denoiseWithFrame(noisy, dictionary, { threshold: hard * sigma });
  };

/** The end of a pursuit at a level of noise: error (1.15 sigma)^2 a sample, at most 8 atoms. */
const ending = (sigma: number) => ({ most: 8, error: (1.15 * sigma) ** 2 * 64 });

/** 128 atoms by K-SVD in 10 rounds from the noisy section. */
export const byKsvd = (): Remove => (noisy, sigma) => {
  const { dictionary } = ksvd(patchesOf(noisy, patch), cosineAtoms(patch, 12, { count: 128 }), ending(sigma));
  return denoiseWithPursuit(noisy, dictionary, ending(sigma));
};

/** 128 atoms, each a sum of at most 6 cosines, by sparse K-SVD in 10 rounds from the noisy section. */
export const byDoubleSparsity = (): Remove => (noisy, sigma) => {
  const { dictionary } = sparseKsvd(
    patchesOf(noisy, patch),
    dctAtoms(patch),
    cosineAtoms(patch, 12, { count: 128 }),
    { ...ending(sigma), atomSparsity: 6 },
  );
  return denoiseWithPursuit(noisy, dictionary, ending(sigma));
};

const frames = new Map<string, Grid>();

/** Tight frame of 64 filters learned from 4,000 patches of other sections: generated ones without noise, rms 1 each.
 *  @param count Sections.
 *  @param sigma Noise of the section that it is for, over that section's rms; learned at a threshold of 3.2 sigma.
 *  @returns Filters [64, 8, 8]; kept, so do not change them. */
export function frameOfSections(count: number, sigma: number): Grid {
  const key = `${count} ${sigma}`;
  const known = frames.get(key);
  if (known) return known;
  const each = Math.ceil(4000 / count);
  const held = new Float32Array(each * count * 64);
  for (let k = 0; k < count; k++) {
    const section = synthetic.section(rng(5_000_000).fork(`${k}`));
    const unit = rms(section);
    const some = pickPatches(patchesOf(section, patch), each, k);
    const rows = new Float32Array(each * 64);
    some.read(0, each, rows, 64);
    held.set(
      rows.map((x) => x / unit),
      k * each * 64,
    );
  }
  const patches = { data: held, shape: [each * count, 8, 8] };
  const { dictionary } = ddtf(patches, dctAtoms(patch), { threshold: 3.2 * sigma });
  frames.set(key, dictionary);
  return dictionary;
}
