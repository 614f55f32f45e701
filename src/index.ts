// The table of contents.
export * as core from "./core/index.js";
export * as signal from "./signal/index.js";
export * as tensor from "./tensor/index.js";
