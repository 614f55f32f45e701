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
export { firstBreakInputs, linesThroughClicks } from "./first-break-inputs.js";
export {
  type FirstBreaks,
  type KrigingOptions,
  krigeClicks,
  massAround,
  pickOf,
  placesOf,
} from "./first-break-posterior.js";
export { removeGroundRoll } from "./groundroll.js";
export {
  findLive,
  type InterpolateOptions,
  interpolate,
  interpolateColumns,
} from "./interpolate.js";
export { inputChannels, interpolationInputs, mirrorInputs, type Window } from "./interpolation-inputs.js";
export { type Interpolator, interpolators, loadInterpolator } from "./interpolator.js";
export { networkInterpolator } from "./network-interpolator.js";
export { estimateNoise } from "./noise.js";
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
export { loadPicker, type Picker } from "./picker.js";
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
