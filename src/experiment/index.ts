// Room experiment/: how weights are made, and tasks that are journaled and resumed.
export { denoiser } from "./train/denoiser.js";
export { type Recipe, type TrainOptions, train } from "./train/recipe.js";
