// The gradient of a misfit with respect to density, from the wavefield that is kept and the adjoint field that meets it.
import { type Density, type DensityOf, eachPadded, homeOf, laplacian, scale, stretched } from "./density.js";
import type { Space } from "./job.js";
import type { Floats, Kernels } from "./kernels.js";
import { type Box, cellAt, type Layout } from "./layout.js";

/** Sums of a shot over time, fields: of y L(b u), of y u and of u L(y); and the wavefields u that are kept. */
export interface DensitySums {
  /** [kept, field]. */
  readonly waves: Floats;
  readonly outer: Floats;
  readonly product: Floats;
  readonly inner: Floats;
}

/** Room for the sums of a shot. */
export const makeSums = (space: Space, layout: Layout, kept: number): DensitySums => ({
  waves: space.scratch(kept * layout.length),
  outer: space.floats(layout.length),
  product: space.floats(layout.length),
  inner: space.floats(layout.length),
});

/** Adds one step.
 *
 *  @param y Adjoint field times c rho, and where it is.
 *  @param u The wavefield before the step, and where it is. */
export function correlate(
  kernels: Kernels,
  layout: Layout,
  sums: DensitySums,
  { density, work }: DensityOf,
  y: { readonly field: Floats; readonly box: Box },
  u: { readonly field: Floats; readonly box: Box },
  common: Box,
): void {
  scale(kernels, layout, work.scaled, density.b, u.field, u.box);
  stretched(kernels, layout, work.outer, density.ones, work.scaled, work, u.box);
  kernels.multiply(layout, sums.outer, y.field, work.outer, common);
  kernels.multiply(layout, sums.product, y.field, u.field, common);
  stretched(kernels, layout, work.outer, density.ones, y.field, work, y.box);
  kernels.multiply(layout, sums.inner, u.field, work.outer, common);
}

/** Adds a shot's gradient, (b outer - b L(b) product - b^2 inner + b^2 L(product)) / 2, to the model's cells; layers and margins go to the cells
 *  whose density they repeat. */
export function gatherDensity(
  layout: Layout,
  { b }: Density,
  sums: DensitySums,
  factor: number,
  into: Float64Array,
): void {
  const half = 0.5 * factor;
  const product = new Float64Array(layout.length);
  for (let z = 0; z < layout.rows; z++)
    for (let x = 0; x < layout.columns; x++) {
      const i = cellAt(layout, z, x);
      const k = b[i]!;
      product[i] = sums.product[i]!;
      into[homeOf(layout, z, x)]! +=
        half * k * (sums.outer[i]! - laplacian(layout, b, i) * product[i]! - k * sums.inner[i]!);
    }
  eachPadded(layout, (cell, z, x) => {
    into[homeOf(layout, z, x)]! += half * b[cell]! ** 2 * laplacian(layout, product, cell);
  });
}
