// Room formats/: NumPy, SEG-Y, SAC, miniSEED, MAT 5, QuakeML, weights of PyTorch and safetensors: bytes <-> typed arrays.

export { type Mat, type MatVariable, openMat, readMat } from "./mat.js";
export type {
  MatCell,
  MatClass,
  MatNumeric,
  MatOther,
  MatSparse,
  MatStruct,
  MatText,
  MatValue,
} from "./mat-values.js";
export { type MatWritable, type MatWriteOptions, writeMat } from "./mat-write.js";
export { type MiniSeedOptions, type MiniSeedSegment, readMiniSeed } from "./miniseed.js";
export { type MiniSeedFile, type MiniSeedTrace, openMiniSeed } from "./miniseed-open.js";
export type { MiniSeedEncoding } from "./miniseed-record.js";
export { type MiniSeedWriteOptions, writeMiniSeed } from "./miniseed-write.js";
export { type NpyArray, type NpyReadOptions, readNpy } from "./npy.js";
export type { NpyType } from "./npy-header.js";
export { type NpyWriteOptions, writeNpy } from "./npy-write.js";
export { type Npz, type NpzWriteOptions, openNpz, readNpz, writeNpz } from "./npz.js";
export { type PytorchCheckpoint, readPytorch } from "./pytorch.js";
export { type QuakemlEvent, type QuakemlPick, writeQuakeml } from "./quakeml.js";
export { readSac, type Sac, writeSac } from "./sac.js";
export type { SacHeader } from "./sac-header.js";
export { readSafetensors, type Safetensors, type SafetensorsType, writeSafetensors } from "./safetensors.js";
export { readSegy, type Segy, type SegyPart } from "./segy.js";
export {
  type SegyBinary,
  type SegyBinaryField,
  type SegyTraceField,
  type SegyTraceHeader,
  segyBinaryFields,
  segyTraceFields,
} from "./segy-fields.js";
export type { SegyOptions } from "./segy-layout.js";
export { type SegyFormat, segyFormats } from "./segy-samples.js";
export { type SegyWriteOptions, segyTraceBytes, writeSegy } from "./segy-write.js";
export { type ByteSource, type FileSource, fileSource, type Input, memorySource, partOf } from "./source.js";
export { isoTime } from "./time.js";
