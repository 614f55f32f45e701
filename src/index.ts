// The table of contents.
export * as core from "./core/index.js";
