// Room wave/: how waves travel. Typed arrays only.
export { type Acoustic, type AcousticOptions, acoustic } from "./acoustic.js";
export { acousticBorn } from "./born.js";
export { eikonal } from "./eikonal.js";
export { type Elastic, type ElasticModel, type ElasticOptions, elastic } from "./elastic.js";
export { acousticGradient, type Gradient, type GradientOptions, type ShotMisfit } from "./gradient.js";
export type { Side } from "./layout.js";
export { type Medium, randomMedium } from "./media.js";
export type { Place } from "./points.js";
export type { Model } from "./prepare.js";
export { type Order, type Stencil, stencil } from "./stencil.js";
export type { Shot, Simulation } from "./survey.js";
