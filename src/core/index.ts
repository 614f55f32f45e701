// Room core/: what every room may use. It leans on nothing.
export * from "./facts.js";
export * from "./grid.js";
export * from "./host.js";
export { restoreOldUtil } from "./old-util.js";
export { openPool, type Pool, type PoolOptions, type StartWork } from "./pool.js";
export * from "./report.js";
export { type Rng, rng } from "./rng.js";
export type { NumpyGenerator, Size } from "./rng-numpy.js";
export { onUnwound, unwound } from "./unwound.js";
