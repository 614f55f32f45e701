// Room nn/: layers, models, losses, optimisers, training, weights.
export type { Batch, Sample, SampleSet, TrainingData } from "./batches.js";
export { evaluate } from "./evaluate.js";
export { fill, load, loadPytorch, type SaveOptions, save } from "./files.js";
export { type ClassLossOptions, firstBreakClassLoss, spikeLoss } from "./first-break-classes.js";
export { type FirstBreakLossOptions, firstBreakLoss, stepPosterior } from "./first-break-loss.js";
export { type FitOptions, fit, type History } from "./fit.js";
export { fullBatchLbfgs } from "./full-batch.js";
export {
  type ConvOptions,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  type TransposedOptions,
} from "./layers/conv.js";
export { avgPool2d, dense, dropout, instanceNorm, layerNorm, maxPool2d, upsample2d } from "./layers/dense.js";
export { type BatchNorm, batchNorm } from "./layers/norm.js";
export { type LstmOptions, lstm, selfAttention } from "./layers/sequence.js";
export { type LbfgsOptions, type LbfgsResult, lbfgs, type Objective } from "./lbfgs.js";
export * from "./losses.js";
export { countWeights, defineModel } from "./model.js";
export { type BasicPhaseAeOptions, basicPhaseAe } from "./models/basic-phase-ae.js";
export { type CnnDetectorOptions, cnnDetector } from "./models/cnn-detector.js";
export { type CredOptions, cred } from "./models/cred.js";
export { type DenoiseUnetOptions, denoiseUnet } from "./models/denoise-unet.js";
export { type DncnnOptions, dncnn } from "./models/dncnn.js";
export { type DppDetectorOptions, type DppPickerOptions, dppDetector, dppPicker } from "./models/dpp.js";
export { type EqTransformerOptions, eqTransformer } from "./models/eqtransformer.js";
export { type FirstBreakUnetOptions, firstBreakUnet } from "./models/first-break-unet.js";
export { type Fno2dOptions, fno2d } from "./models/fno2d.js";
export { gpd, type WindowClassOptions } from "./models/gpd.js";
export { type InterpolateUnetOptions, interpolateUnet } from "./models/interpolate-unet.js";
export { type MlpOptions, mlp } from "./models/mlp.js";
export { type PhasenetOptions, type PhasenetPadding, phasenet, phasenetlight } from "./models/phasenet.js";
export { type PromptUnetOptions, promptUnet } from "./models/prompt-unet.js";
export { shuffle, unshuffle } from "./models/residual-unet.js";
export { type Unet2dOptions, unet2d } from "./models/unet2d.js";
export * from "./optimizers.js";
export { adopt, partly } from "./partly.js";
export { predict } from "./predict.js";
export { type PromptLossOptions, promptLoss } from "./prompt-loss.js";
export * from "./schedules.js";
export { loadSeisBench, type WindowSettings, windowDefaults } from "./seisbench.js";
export { Trainer, type TrainerOptions } from "./step.js";
export type * from "./types.js";
export { type Start, Weights } from "./weights.js";
