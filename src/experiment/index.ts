// Room experiment/: tasks with seeds, run side by side, journaled, resumed, summed up with intervals; recipes that train our weights.
export { experimentModule, experimentNames, journalOf } from "./catalog.js";
export { codeHash } from "./code-hash.js";
export { type Committed, committed } from "./committed.js";
export { intervalText, summarise, valuesOf } from "./groups.js";
export { type Chapter, readJournal, resultsOf, type Session } from "./journal.js";
export { ablationRecords, ablationWindow, halved } from "./parts/ablation-records.js";
export { type AblationRow, ablationChain, ablationRows } from "./parts/ablation-rows.js";
export { type AblationModel, type AblationRun, trainAblation } from "./parts/ablation-run.js";
export { countPicks, picksIn, probabilities as windowProbabilities } from "./parts/ablation-score.js";
export { ablationGains, questionText, verdictOf } from "./parts/ablation-tables.js";
export { slideWindows, type TestWindow, testWindows } from "./parts/ablation-windows.js";
export { type DarcyOperator, type DarcySet, darcySet, trainDarcy } from "./parts/darcy.js";
export { type FeatureTable, featureNames, featureSamples, featureTables } from "./parts/detection.js";
export { promptPicks } from "./parts/first-break-picks.js";
export { clicksOf, trainFirstBreaks } from "./parts/first-break-runs.js";
export {
  changeGather,
  type FirstBreakAugmentation,
  type FirstBreakExample,
  firstBreakSamples,
  firstSamples,
} from "./parts/first-breaks.js";
export { type RareCurve, type RareDetector, type Remedy, rareDetector } from "./parts/imbalance.js";
export {
  augmentations as pickingAugmentations,
  type PickingRecipe,
  type PickingRecord,
  pickingRecords,
  pickingSamples,
  pickingWindows,
  windowLength as pickingWindow,
  windowOf as pickingWindowOf,
} from "./parts/picking.js";
export { promptSamples } from "./parts/prompt-samples.js";
export type { SmallResult } from "./parts/small-denoiser.js";
export { upsampled } from "./parts/upsample.js";
export { cosineOf, gradientCase, withoutSource } from "./parts/wave-gradients.js";
export {
  invertWaves,
  modelError,
  rayGradient,
  type WaveGradient,
  type WaveTarget,
  waveTarget,
} from "./parts/wave-inversions.js";
export { type WaveScore, waveScore } from "./parts/wave-rows.js";
export { waveLoss, waveSamples } from "./parts/wave-samples.js";
export { type WavePart, type WaveStore, waveStore } from "./parts/wave-store.js";
export { trainWaves, type WaveTraining } from "./parts/wave-training.js";
export { solvedWaves, type WaveSet, waveCases } from "./parts/waves.js";
export { protocolSection, withNoise } from "./protocol.js";
export { loadExperiment, type Outcome, type RunOptions, type RunReport, runExperiment } from "./run.js";
export { timeLeft } from "./time-left.js";
export { denoiser } from "./train/denoiser.js";
export { firstbreak } from "./train/firstbreak.js";
export { waveNet } from "./train/fno.js";
export { groundRollSamples, groundroll } from "./train/groundroll.js";
export { interpolator } from "./train/interpolator.js";
export { type Recipe, type TrainOptions, train } from "./train/recipe.js";
export { recipeNames, recipeOf } from "./train/recipes.js";
export { type Entry, type Experiment, type Result, type Size, type Task, taskKey } from "./types.js";
