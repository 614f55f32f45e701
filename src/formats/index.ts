// Room formats/: NumPy, SEG-Y, SAC, miniSEED, MAT 5: bytes <-> typed arrays.
export { type NpyArray, type NpyReadOptions, readNpy } from "./npy.js";
export type { NpyType } from "./npy-header.js";
export { type NpyWriteOptions, writeNpy } from "./npy-write.js";
export { type Npz, type NpzWriteOptions, openNpz, readNpz, writeNpz } from "./npz.js";
export { type ByteSource, type FileSource, fileSource, type Input, memorySource, partOf } from "./source.js";
