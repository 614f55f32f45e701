// Room dictionary/: sparse coding, fixed and learned dictionaries, denoising and interpolation with them; typed arrays only.
export type { PursuitOptions } from "./checks.js";
export * from "./cosines.js";
export * from "./dct-denoise.js";
export * from "./ddtf.js";
export * from "./double-sparsity.js";
export { fourierPeak, fourierThreshold } from "./fourier.js";
export { type Engine, engine } from "./kernels.js";
export { type KsvdOptions, ksvd, type Learned } from "./ksvd.js";
export type { LearnReport, LearnSeconds } from "./learn.js";
export { interpolateLinear } from "./linear.js";
export { keptTraces, liveTraces, type Mask, maskTraces } from "./mask.js";
export { type Codes, decode, omp } from "./omp.js";
export { heldPatches, type Patches, patchesOf, pickPatches } from "./patches.js";
export * from "./pocs.js";
export { orthogonalFactor } from "./polar.js";
export * from "./sliding.js";
export * from "./threshold.js";
export * from "./tiles.js";
