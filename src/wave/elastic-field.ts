// One elastic wavefield in time: staggered velocities and stresses with their layers.
import type { ElasticModel, ElasticOptions } from "./elastic.js";

/** Margin of zeros around the fields. */
const halo = 2;
const [near, far] = [9 / 8, -1 / 24];

/** Damping at every half cell of an axis: index 2 i is cell i, 2 i + 1 half a cell beyond. */
function damping(
  n: number,
  low: number,
  high: number,
  fastest: number,
  { dt, spacing, frequency = 0 }: ElasticOptions,
): readonly [a: Float64Array, b: Float64Array] {
  const [a, b] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  for (let k = 0; k < 2 * n; k++) {
    const [before, after] = [low - k / 2, k / 2 - (n - 1 - high)];
    const width = before > 0 ? low : high;
    const depth = Math.min(Math.max(before, high > 0 ? after : 0, 0) / Math.max(width, 1), 1);
    if (depth <= 0) continue;
    const sigma = ((3 * fastest * Math.log(1000)) / (2 * width * spacing)) * depth * depth;
    const alpha = Math.PI * frequency * (1 - depth);
    a[k] = Math.exp(-(sigma + alpha) * dt);
    b[k] = (sigma / (sigma + alpha)) * Math.expm1(-(sigma + alpha) * dt);
  }
  return [a, b];
}

/** Velocities and stresses. In cell [z, x]: normal stresses at its point, vx half a cell right, vz half a cell below, the shear stress half a cell both. */
export class ElasticField {
  readonly vz: Float64Array;
  readonly vx: Float64Array;
  readonly zz: Float64Array;
  readonly xx: Float64Array;
  readonly xz: Float64Array;
  private readonly rows: number;
  private readonly columns: number;
  private readonly line: number;
  private readonly top: number;
  private readonly pml: number;
  private readonly isFree: boolean;
  /** lambda + 2 mu, lambda, mu at the shear stresses, dt / (rho h) at both velocities; times dt / h. */
  private readonly stiff: Float64Array;
  private readonly lambda: Float64Array;
  private readonly shear: Float64Array;
  private readonly buoyancyZ: Float64Array;
  private readonly buoyancyX: Float64Array;
  private readonly layersZ: readonly [Float64Array, Float64Array];
  private readonly layersX: readonly [Float64Array, Float64Array];
  /** Memory of the eight derivatives. */
  private readonly memory: readonly Float64Array[];

  constructor(model: ElasticModel, options: ElasticOptions) {
    const [nz, nx] = model.vp.shape as [number, number];
    const { pml = 20, freeSurface = false, dt, spacing } = options;
    this.isFree = freeSurface;
    this.pml = pml;
    this.top = freeSurface ? 0 : pml;
    this.rows = nz + this.top + pml;
    this.columns = nx + 2 * pml;
    this.line = this.columns + 2 * halo;
    const length = (this.rows + 2 * halo) * this.line;
    const array = () => new Float64Array(length);
    [this.vz, this.vx, this.zz, this.xx, this.xz] = [array(), array(), array(), array(), array()];
    [this.stiff, this.lambda, this.shear] = [array(), array(), array()];
    [this.buoyancyZ, this.buoyancyX] = [array(), array()];
    this.memory = Array.from({ length: 8 }, array);
    const index = (z: number, x: number) =>
      Math.min(Math.max(z - this.top, 0), nz - 1) * nx + Math.min(Math.max(x - pml, 0), nx - 1);
    const rho = (z: number, x: number) => model.rho.data[index(z, x)]!;
    const mu = (z: number, x: number) => rho(z, x) * model.vs.data[index(z, x)]! ** 2;
    const scale = dt / spacing;
    for (let z = 0; z < this.rows; z++)
      for (let x = 0; x < this.columns; x++) {
        const i = this.cell(z, x);
        const whole = rho(z, x) * model.vp.data[index(z, x)]! ** 2;
        this.stiff[i] = scale * whole;
        this.lambda[i] = scale * (whole - 2 * mu(z, x));
        const four = [mu(z, x), mu(z + 1, x), mu(z, x + 1), mu(z + 1, x + 1)];
        this.shear[i] = four.includes(0) ? 0 : (scale * 4) / four.reduce((sum, m) => sum + 1 / m, 0);
        this.buoyancyZ[i] = (2 * scale) / (rho(z, x) + rho(z + 1, x));
        this.buoyancyX[i] = (2 * scale) / (rho(z, x) + rho(z, x + 1));
      }
    let fastest = 0;
    for (const v of model.vp.data) fastest = Math.max(fastest, v);
    this.layersZ = damping(this.rows, this.top, pml, fastest, options);
    this.layersX = damping(this.columns, pml, pml, fastest, options);
  }

  private cell(z: number, x: number): number {
    return (z + halo) * this.line + halo + x;
  }

  /** Index of a cell of the model. */
  at(z: number, x: number): number {
    return this.cell(z + this.top, x + this.pml);
  }

  /** A derivative times h with its layer's memory; `k` is the place among the half cells of its axis. */
  private stretched(
    d: number,
    which: number,
    i: number,
    layers: readonly [Float64Array, Float64Array],
    k: number,
  ): number {
    const b = layers[1][k]!;
    if (b === 0) return d;
    const psi = this.memory[which]!;
    psi[i] = layers[0][k]! * psi[i]! + b * d;
    return d + psi[i]!;
  }

  /** Velocities from half a step before to half a step after the stresses, then the stresses. */
  step(): void {
    const { vz, vx, zz, xx, xz, line, rows, columns } = this;
    /** Derivative at half a cell beyond i, and at i of what lies half a cell beyond. */
    const beyond = (f: Float64Array, i: number, d: number) =>
      near * (f[i + d]! - f[i]!) + far * (f[i + 2 * d]! - f[i - d]!);
    const within = (f: Float64Array, i: number, d: number) => beyond(f, i - d, d);
    for (let z = 0; z < rows; z++)
      for (let x = 0; x < columns; x++) {
        const i = this.cell(z, x);
        const xxx = this.stretched(beyond(xx, i, 1), 0, i, this.layersX, 2 * x + 1);
        const xzz = this.stretched(within(xz, i, line), 1, i, this.layersZ, 2 * z);
        const xzx = this.stretched(within(xz, i, 1), 2, i, this.layersX, 2 * x);
        const zzz = this.stretched(beyond(zz, i, line), 3, i, this.layersZ, 2 * z + 1);
        vx[i]! += this.buoyancyX[i]! * (xxx + xzz);
        vz[i]! += this.buoyancyZ[i]! * (xzx + zzz);
      }
    for (let z = 0; z < rows; z++)
      for (let x = 0; x < columns; x++) {
        const i = this.cell(z, x);
        // below a free surface there is nothing to read: second order there
        const isTop = this.isFree && z === 0;
        const isNext = this.isFree && z === 1;
        const vxx = this.stretched(within(vx, i, 1), 4, i, this.layersX, 2 * x);
        const vzz = isTop
          ? (-this.lambda[i]! / this.stiff[i]!) * vxx
          : this.stretched(isNext ? vz[i]! - vz[i - line]! : within(vz, i, line), 5, i, this.layersZ, 2 * z);
        const vzx = this.stretched(beyond(vz, i, 1), 6, i, this.layersX, 2 * x + 1);
        const vxz = this.stretched(
          isTop ? vx[i + line]! - vx[i]! : beyond(vx, i, line),
          7,
          i,
          this.layersZ,
          2 * z + 1,
        );
        xx[i]! += this.stiff[i]! * vxx + this.lambda[i]! * vzz;
        zz[i]! += this.lambda[i]! * vxx + this.stiff[i]! * vzz;
        xz[i]! += this.shear[i]! * (vzx + vxz);
      }
  }

  /** Stresses above a free surface: images with the sign turned, so that there is no traction on it. */
  mirror(): void {
    if (!this.isFree) return;
    const { zz, xz, line } = this;
    for (let x = -halo; x < this.columns + halo; x++) {
      const i = this.cell(0, x);
      zz[i] = 0;
      zz[i - line] = -zz[i + line]!;
      xz[i - line] = -xz[i]!;
      xz[i - 2 * line] = -xz[i + line]!;
    }
  }
}
