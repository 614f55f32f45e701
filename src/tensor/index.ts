// Room tensor/: TensorFlow.js on TensorFlow or WebAssembly. The only room that imports @tensorflow/*.
export { from, memory, toGrid } from "./grid.js";
export { engine, ready } from "./ready.js";
export type * from "./types.js";
