// What a dictionary and the end of a pursuit must be.
import type { Grid } from "../core/index.js";

/** When a pursuit ends; at least one of the two. */
export interface PursuitOptions {
  /** Most atoms a patch. Default: as many as a patch has samples. */
  readonly most?: number;
  /** It ends once the squared error of a patch, |p - D c|^2, is at or below this. Default 0. */
  readonly error?: number;
}

/** Checks a dictionary.
 *  @throws TypeError unless it is [atom, ...patch]; RangeError where it has none or an atom is not finite. */
export function requireDictionary(name: string, dictionary: Grid): void {
  const { shape, data } = dictionary;
  if (shape.length < 2 || shape.reduce((n, m) => n * m, 1) !== data.length || data.length === 0)
    throw new TypeError(`${name}: a dictionary must have the shape [atom, ...patch], got [${shape}]`);
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i])) throw new RangeError(`${name}: atoms must be finite, got ${data[i]}`);
}

/** Checks when a pursuit ends, and fills in what is not given. */
export function pursuit(
  name: string,
  options: PursuitOptions,
  dictionary: Grid,
): { readonly most: number; readonly error: number } {
  const samples = dictionary.data.length / dictionary.shape[0]!;
  const { most = Math.min(samples, dictionary.shape[0]!), error = 0 } = options;
  if (options.most === undefined && options.error === undefined)
    throw new RangeError(`${name}: needs most (atoms a patch) or error (squared), got neither`);
  if (!Number.isInteger(most) || most < 1 || most > dictionary.shape[0]!)
    throw new RangeError(
      `${name}: most must be a whole number in 1 .. ${dictionary.shape[0]} (the atoms), got ${most}`,
    );
  if (!(error >= 0)) throw new RangeError(`${name}: error must be >= 0, got ${error}`);
  return { most, error };
}
