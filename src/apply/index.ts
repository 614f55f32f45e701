// Room apply/: methods and networks on inputs of any size.

export { type AnnotateOptions, annotateStretches, type Probabilities, type Stretch } from "./annotate.js";
export {
  type ClassicalFirstBreak,
  classicalFirstBreaks,
  classicalPicks,
} from "./classical-first-breaks.js";
export { type Denoised, type DenoiseOptions, type DenoiseRun, denoise, denoiseColumns } from "./denoise.js";
export {
  averaged,
  type Denoiser,
  dctDenoiser,
  loadDenoiser,
  networkDenoiser,
  ownWeights,
} from "./denoiser.js";
export { openSection, type SectionFile } from "./files.js";
export { calibrated, confidenceFeatures } from "./first-break-confidence.js";
export { firstBreakInputs, linesThroughClicks } from "./first-break-inputs.js";
export {
  type FirstBreaks,
  type KrigingOptions,
  krigeClicks,
  massAround,
  pickOf,
  placesOf,
} from "./first-break-posterior.js";
export { type FirstBreakOptions, type FirstBreakPicker, loadFirstBreakPicker } from "./first-breaks.js";
export { type FileGather, type GatherFile, openGathers } from "./gather-files.js";
export { removeGroundRoll } from "./groundroll.js";
export {
  findLive,
  type InterpolateOptions,
  interpolate,
  interpolateColumns,
} from "./interpolate.js";
export { inputChannels, interpolationInputs, mirrorInputs, type Window } from "./interpolation-inputs.js";
export { type Interpolator, interpolators, loadInterpolator } from "./interpolator.js";
export { type NetworkFirstBreakOptions, networkFirstBreaks } from "./network-first-breaks.js";
export { networkInterpolator } from "./network-interpolator.js";
export { estimateNoise } from "./noise.js";
export { hasOnnx, loadOnnx, type OnnxArray, type OnnxModel } from "./onnx.js";
export {
  type Annotation,
  annotate,
  type PhasePick,
  type PickOptions,
  pick,
  pickStretches,
  type Segment,
} from "./pick.js";
export { openPickFiles, type PickFiles, type PickRecord, type PickWanted } from "./pick-records.js";
export { loadPicker, type Picker, pickerSettings } from "./picker.js";
export {
  type AutomaticOptions,
  automaticMasks,
  type Mask as PromptMask,
  overlapOf,
  type Prompt,
  type PromptPoint,
  promptChannels,
  promptedMasks,
  promptInputs,
  stabilityOf,
  suppressed,
  upperEdge,
} from "./prompts.js";
export {
  loadOperator,
  type Operator,
  type OperatorOptions,
  operator,
  type Propagator,
  rayPropagator,
  solverPropagator,
  withRays,
} from "./propagator.js";
export type { Trace } from "./rate.js";
export { homogeneousField, snapshotTimes } from "./ray-field.js";
export { loadSam, type Sam, type SamFiles, type SamImage } from "./sam.js";
export { type Picture as SamPicture, pictureOf as samPicture } from "./sam-image.js";
export { type SnapshotOptions, solveGradient, solveSnapshots } from "./snapshots.js";
export { symmetryMap, turnedCase, turnedField } from "./square.js";
export { staltaStretches, staltaWants } from "./stalta.js";
export { straightRayAdjoint, straightRayTimes, type WaveCase } from "./straight-rays.js";
export { type Instrument, stretchesOf, type TimedStretch } from "./stretches.js";
export { type Block, type Columns, columnsOf, type Tiling } from "./strips.js";
export {
  type WaveInputKind,
  waveChannels,
  waveInputs,
  waveInputsAdjoint,
  waveScale,
} from "./wave-inputs.js";
export { normaliseWindow } from "./windows.js";
