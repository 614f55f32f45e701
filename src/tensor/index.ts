// Room tensor/: TensorFlow.js on TensorFlow or WebAssembly. The only room that imports @tensorflow/*.

export { type AdamOptions, flatAdam, type Stepper, stepperState } from "./adam.js";
export { type BlockOptions, block, type TrainingNorm } from "./block.js";
export { capture, type Graph, graphCount, isRecording, type Traced } from "./capture.js";
export { join, split } from "./flat.js";
export type { Geometry } from "./geometry.js";
export { from, memory, toGrid } from "./grid.js";
export { releaseAll, tapeIsOn } from "./held.js";
export { gelu, joinChannels, maxPool } from "./ops.js";
export { engine, ready } from "./ready.js";
export { Refusal } from "./recorder.js";
export { spectral } from "./spectral.js";
export type * from "./types.js";
