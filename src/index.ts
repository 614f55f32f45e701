// The table of contents.
export * as apply from "./apply/index.js";
export * as core from "./core/index.js";
export * as data from "./data/index.js";
export * as dictionary from "./dictionary/index.js";
export * as experiment from "./experiment/index.js";
export * as formats from "./formats/index.js";
export * as inverse from "./inverse/index.js";
export * as metrics from "./metrics/index.js";
export * as nn from "./nn/index.js";
export * as notebook from "./notebook/index.js";
export * as show from "./show/index.js";
export * as signal from "./signal/index.js";
export * as tensor from "./tensor/index.js";
export * as wave from "./wave/index.js";
