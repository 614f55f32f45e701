// Room inverse/: models of the earth from records.
export {
  type FwiOptimizer,
  type FwiOptions,
  type FwiState,
  fwi,
  fwiModel,
  fwiStart,
  type Stage,
} from "./fwi.js";
export { type Compared, correlation, envelopeMisfit, l2, type Misfit, transport } from "./misfits.js";
export { records } from "./records.js";
export { illumination, totalVariation } from "./regularisation.js";
export { type FixedSurvey, type Selection, shotsOf } from "./survey.js";
export { filterTraces, lowPass, type TraceFilter, whitening } from "./trace-filter.js";
