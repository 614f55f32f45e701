// Room metrics/: how good a result is and how sure that is, on typed arrays.
export * from "./detection.js";
export { type FirstBreakScores, firstBreakScores, rocArea } from "./first-breaks.js";
export * from "./images.js";
export * from "./intervals.js";
export { logistic, logisticFit } from "./logistic.js";
export * from "./pick-threshold.js";
export type * from "./pick-types.js";
export * from "./picks.js";
export * from "./record-counts.js";
export * from "./significance.js";
export * from "./snr.js";
export { relativeErrors, type WaveErrors } from "./waves.js";
