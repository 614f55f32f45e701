// Room metrics/: how good a result is, on typed arrays.
export * from "./snr.js";
