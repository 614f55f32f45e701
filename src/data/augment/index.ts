// Augmentations of records: pure functions of (example, rng) that carry the labels along.
export * from "./channels.js";
export * from "./copies.js";
export * from "./degrade.js";
export {
  type Arrival,
  type Augmentation,
  type Example,
  fromRecording,
  sequence,
  sometimes,
} from "./example.js";
export * from "./labels.js";
export * from "./pairs.js";
export * from "./stack.js";
export {
  type EventOptions,
  type NoiseOptions,
  noiseOnly,
  type Source,
  superposeEvent,
  superposeNoise,
} from "./superpose.js";
export * from "./tables.js";
export { cut, stretchSP, type TimeScaleOptions, timeScale, type WindowOptions, window } from "./time.js";
