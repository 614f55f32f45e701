// Room metrics/: how good a result is and how sure that is, on typed arrays.
export * from "./intervals.js";
export * from "./significance.js";
export * from "./snr.js";
