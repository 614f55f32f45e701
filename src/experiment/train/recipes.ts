// The recipes by name: one file each, one set of committed weights each.
import type { Recipe } from "./recipe.js";

const loaders: Readonly<Record<string, () => Promise<Recipe>>> = {
  denoiser: async () => (await import("./denoiser.js")).denoiser,
  groundroll: async () => (await import("./groundroll.js")).groundroll,
  picker: async () => (await import("./picker.js")).picker,
  firstbreak: async () => (await import("./firstbreak.js")).firstbreak,
  prompts: async () => (await import("./prompts.js")).prompts,
  interpolator: async () => (await import("./interpolator.js")).interpolator,
  fno: async () => (await import("./fno.js")).fno,
};

/** Names of the recipes. */
export const recipeNames: readonly string[] = Object.keys(loaders);

/** A recipe by its name.
 *  @throws RangeError for a name that is none. */
export function recipeOf(name: string): Promise<Recipe> {
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (!load) throw new RangeError(`train: the recipe must be one of ${recipeNames.join(", ")}, got ${name}`);
  return load();
}
