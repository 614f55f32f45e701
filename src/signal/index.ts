// Room signal/: wavelets, filters, detectors and pickers on typed arrays.
export * from "./aic.js";
export * from "./butterworth.js";
export * from "./detrend.js";
export type { Samples } from "./samples.js";
export * from "./snr.js";
export * from "./sos.js";
export * from "./stalta.js";
export * from "./trigger.js";
export * from "./wavelet.js";
