// One wavefield in time: steps, free surfaces, and the window that the wave has reached.
import { type DensityOf, densityStep } from "./density.js";
import type { Field, Floats, Kernels, Points } from "./kernels.js";
import { type Box, cellAt, halo, type Layout, overlap } from "./layout.js";

/** Steps between two looks at how far the wave has come. */
export const lookEvery = 8;

/** Numbers below this share of the largest that is put in count as zero: they carry nothing and would become denormal. */
const negligible = 1e-20;

/** Mirrors the field with its sign turned at free surfaces, which lie one cell beyond the model. */
function surface(layout: Layout, u: Floats): void {
  const { rows, columns, edges, line, stencil } = layout;
  for (let k = 1; k < stencil.reach; k++) {
    const copyRow = (to: number, from: number) => {
      const [i, j] = [cellAt(layout, to, -halo), cellAt(layout, from, -halo)];
      for (let x = 0; x < line; x++) u[i + x] = -u[j + x]!;
    };
    const copyColumn = (to: number, from: number) => {
      for (let z = 0; z < rows; z++) u[cellAt(layout, z, to)] = -u[cellAt(layout, z, from)]!;
    };
    if (edges.top === "free") copyRow(-1 - k, k - 1);
    if (edges.bottom === "free") copyRow(rows + k, rows - k);
    if (edges.left === "free") copyColumn(-1 - k, k - 1);
    if (edges.right === "free") copyColumn(columns + k, columns - k);
  }
}

/** The window around points. */
function around(layout: Layout, lists: readonly Points[]): Box | undefined {
  let [z0, z1, x0, x1] = [Number.POSITIVE_INFINITY, -1, Number.POSITIVE_INFINITY, -1];
  for (const { cells } of lists)
    for (const cell of cells) {
      const z = Math.floor(cell / layout.line) - halo;
      const x = (cell % layout.line) - halo;
      [z0, z1, x0, x1] = [Math.min(z0, z), Math.max(z1, z), Math.min(x0, x), Math.max(x1, x)];
    }
  return z1 < 0 ? undefined : { z0, z1: z1 + 1, x0, x1: x1 + 1 };
}

function union(a: Box | undefined, b: Box | undefined): Box | undefined {
  if (!a || !b) return a ?? b;
  return {
    z0: Math.min(a.z0, b.z0),
    z1: Math.max(a.z1, b.z1),
    x0: Math.min(a.x0, b.x0),
    x1: Math.max(a.x1, b.x1),
  };
}

const nothing: Box = { z0: 0, z1: 0, x0: 0, x1: 0 };

/** A wavefield that is stepped. Its arrays belong to the caller. */
export class Wavefield {
  /** Where the wave can be until the next look. */
  box: Box = nothing;
  private reached: Box | undefined;
  private readonly limit: number;

  /** @param points Where something is put in.
   *  @param largest Largest number that is put in, which decides what counts as nothing.
   *  @param density Where it varies. */
  constructor(
    private readonly kernels: Kernels,
    private readonly layout: Layout,
    readonly field: Field,
    private readonly c: Floats,
    private readonly points: readonly Points[],
    largest: number,
    private readonly density?: DensityOf | undefined,
  ) {
    this.limit = largest * negligible;
  }

  /** Everything to zero. */
  clear(): void {
    const { field } = this;
    field.u.fill(0);
    field.before.fill(0);
    for (const { p, next, s, e, g, t } of field.strips) for (const x of [p, next, s, e, g, t]) x?.fill(0);
    this.reached = around(this.layout, this.points);
    this.box = nothing;
  }

  /** Widens the window for the next `lookEvery` steps and drops what is negligible.
   *  @param also Cells in which something will be put in as well. */
  look(also?: Box): void {
    const { kernels, layout, field, limit } = this;
    if (this.box.z1 > this.box.z0) {
      const { z0, z1, x0, x1 } = this.box;
      const corner = cellAt(layout, z0, x0);
      for (const u of [field.u, field.before]) {
        const left = kernels.flush(u, corner, layout.line, x1 - x0, z1 - z0, limit);
        this.reached = union(
          this.reached,
          left && { z0: z0 + left.z0, z1: z0 + left.z1, x0: x0 + left.x0, x1: x0 + left.x1 },
        );
      }
      for (const { p, s } of field.strips)
        for (const x of [p, s]) kernels.flush(x, 0, 0, x.length - 4, 1, limit);
    }
    if (this.reached === undefined && !also?.z1) return;
    const { z0, z1, x0, x1 } = this.reached ?? also ?? nothing;
    const far = lookEvery * layout.stencil.reach;
    const whole: Box = { z0: 0, z1: layout.rows, x0: 0, x1: (layout.columns + 3) & ~3 };
    const wide = { z0: z0 - far, z1: z1 + far, x0: (x0 - far) & ~3, x1: (x1 + far + 3) & ~3 };
    this.box = overlap(whole, also?.z1 ? (union(wide, also) ?? wide) : wide);
  }

  /** One step; `field.u` becomes the next field. Sources are put in by `after`, before free surfaces are mirrored.
   *  @param snap Takes c times the Laplacian. */
  step(snap: Floats | undefined, after: (next: Floats) => void): void {
    const { kernels, layout, field, c, box, density } = this;
    if (density) densityStep(kernels, layout, field, density, box, snap);
    else kernels.step(layout, field, c, box, snap);
    layout.strips.forEach((strip, i) => {
      const part = overlap(box, strip.box);
      if (part.z1 <= part.z0) return;
      const memory = field.strips[i]!;
      kernels.layer(layout, field, c, part, strip, memory, snap);
    });
    for (const memory of field.strips) [memory.p, memory.next] = [memory.next, memory.p];
    this.finish(after);
  }

  /** One step backwards of the adjoint field, times c, or c rho where the density varies. */
  adjointStep(after: (next: Floats) => void): void {
    const { kernels, layout, field, c, box, density } = this;
    if (density) densityStep(kernels, layout, field, density, box);
    else kernels.step(layout, field, c, box);
    // the layers move the field without rho, as they do on the way forward
    const moved = density ? { ...field, u: density.work.scaled } : field;
    const strength = density?.density.kappa ?? c;
    layout.strips.forEach((strip, i) => {
      const part = overlap(box, strip.reach);
      if (part.z1 > part.z0) kernels.adjointLayer(layout, moved, strength, part, strip, field.strips[i]!);
    });
    this.finish(after);
  }

  private finish(after: (next: Floats) => void): void {
    const { field } = this;
    [field.u, field.before] = [field.before, field.u];
    this.put(after);
  }

  /** Puts something into the present field. */
  put(change: (u: Floats) => void): void {
    const { field, layout } = this;
    change(field.u);
    if (Object.values(layout.edges).includes("free")) surface(layout, field.u);
  }

  /** The arrays that make up the state. */
  private arrays(): readonly Floats[] {
    const { field } = this;
    return [field.u, field.before, ...field.strips.flatMap(({ p, s }) => [p, s])];
  }

  /** Copies the state, so that `restore` can go on from it to the same bits. */
  save(into: Floats, first: number, window: Int32Array, firstWindow: number): void {
    let at = first;
    for (const array of this.arrays()) {
      into.set(array as Float32Array, at);
      at += array.length;
    }
    [this.box, this.reached ?? nothing].forEach((b, i) => {
      window.set([b.z0, b.z1, b.x0, b.x1], firstWindow + 4 * i);
    });
  }

  restore(from: Floats, first: number, window: Int32Array, firstWindow: number): void {
    let at = first;
    for (const array of this.arrays()) {
      array.set(from.subarray(at, at + array.length) as Float32Array);
      at += array.length;
    }
    for (const { next } of this.field.strips) next.fill(0);
    const boxAt = (i: number): Box => {
      const [z0, z1, x0, x1] = window.subarray(i, i + 4) as unknown as [number, number, number, number];
      return { z0, z1, x0, x1 };
    };
    this.box = boxAt(firstWindow);
    const reached = boxAt(firstWindow + 4);
    this.reached = reached.z1 > reached.z0 ? reached : undefined;
  }
}
