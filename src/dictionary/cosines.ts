// Fixed dictionaries: the 2-D and 3-D cosine transform, overcomplete separable cosines, spline framelets.
import type { Grid } from "../core/index.js";

/** Atoms along one axis; a separable dictionary takes every product of them. */
type Line = readonly (readonly number[])[];

/** All products of the axes' atoms, the last axis fastest. */
function separable(axes: readonly Line[]): Grid {
  let atoms: number[][] = [[1]];
  for (const line of axes)
    atoms = atoms.flatMap((atom) => line.map((one) => atom.flatMap((x) => one.map((y) => x * y))));
  return {
    data: Float32Array.from(atoms.flat()),
    shape: [atoms.length, ...axes.map((line) => line[0]!.length)],
  };
}

function unit(atom: readonly number[]): number[] {
  const norm = Math.sqrt(atom.reduce((sum, x) => sum + x * x, 0));
  return atom.map((x) => x / norm);
}

function requireShape(name: string, shape: readonly number[]): void {
  if (shape.length < 1 || shape.length > 3 || shape.some((n) => !Number.isInteger(n) || n < 1))
    throw new RangeError(`${name}: a patch must have 1 to 3 axes of whole lengths >= 1, got [${shape}]`);
}

/** Orthonormal cosine transform (DCT-II) of a patch, product over its axes of
 *  sqrt((k ? 2 : 1) / n) cos(pi k (i + 1/2) / n), k = 0 .. n - 1.
 *
 *  @param shape Samples of a patch along each axis, e.g. [8, 8].
 *  @returns Atoms [product of shape, ...shape]; the last axis' frequency runs fastest.
 *  @see Ahmed, Natarajan and Rao (1974). */
export function dctAtoms(shape: readonly number[]): Grid {
  requireShape("dctAtoms", shape);
  return separable(
    shape.map((n) =>
      Array.from({ length: n }, (_, k) =>
        Array.from(
          { length: n },
          (_, i) => Math.sqrt((k ? 2 : 1) / n) * Math.cos((Math.PI * k * (i + 0.5)) / n),
        ),
      ),
    ),
  );
}

/** Overcomplete separable cosines: along each axis cos(pi k (i + 1/2) / m), k = 0 .. m - 1, m > n, their mean removed but for
 *  k = 0, unit norm; then all products.
 *
 *  @param shape Samples of a patch along each axis, e.g. [8, 8].
 *  @param perAxis m, cosines along each axis, >= 1.
 *  @param options.count Only the first atoms. Default all, m to the number of axes.
 *  @returns Atoms [count, ...shape].
 *  @throws RangeError if perAxis or count is out of range, or a patch has not 1 to 3 axes.
 *  @see Aharon, Elad and Bruckstein (2006), section V. */
export function cosineAtoms(
  shape: readonly number[],
  perAxis: number,
  options: { readonly count?: number } = {},
): Grid {
  requireShape("cosineAtoms", shape);
  if (!Number.isInteger(perAxis) || perAxis < 1)
    throw new RangeError(`cosineAtoms: perAxis must be a whole number >= 1, got ${perAxis}`);
  const all = separable(
    shape.map((n) =>
      Array.from({ length: perAxis }, (_, k) => {
        const wave = Array.from({ length: n }, (_, i) => Math.cos((Math.PI * k * (i + 0.5)) / perAxis));
        const mean = k ? wave.reduce((sum, x) => sum + x, 0) / n : 0;
        return unit(wave.map((x) => x - mean));
      }),
    ),
  );
  const total = all.shape[0]!;
  const count = options.count ?? total;
  if (!Number.isInteger(count) || count < 1 || count > total)
    throw new RangeError(`cosineAtoms: count must be a whole number in 1 .. ${total}, got ${count}`);
  return { data: all.data.slice(0, (count * all.data.length) / total), shape: [count, ...shape] };
}

/** Linear spline framelets, all products of the filters [1, 2, 1] / 4, sqrt(2) [1, 0, -1] / 4, [-1, 2, -1] / 4: a tight frame
 *  under all shifts, where a data-driven frame may start.
 *
 *  @param axes 1, 2 or 3.
 *  @returns Filters [3^axes, 3, ...], the smoothing one first.
 *  @throws RangeError for another number of axes.
 *  @see Daubechies, Han, Ron and Shen (2003); Cai, Ji, Shen and Ye (2014). */
export function splineFramelets(axes: 1 | 2 | 3): Grid {
  if (axes !== 1 && axes !== 2 && axes !== 3)
    throw new RangeError(`splineFramelets: axes must be 1, 2 or 3, got ${axes}`);
  const root = Math.SQRT2 / 4;
  const line = [
    [0.25, 0.5, 0.25],
    [root, 0, -root],
    [-0.25, 0.5, -0.25],
  ];
  return separable(Array.from({ length: axes }, () => line));
}
