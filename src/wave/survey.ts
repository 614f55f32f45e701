// What a simulation is told: geometry, edges, precision; and the checks of it.
import { availableParallelism } from "node:os";
import type { Grid } from "../core/grid.js";
import type { Floats } from "./kernels.js";
import { type Edges, type Side, sides } from "./layout.js";
import type { Place } from "./points.js";
import { type Order, type Stencil, stencil } from "./stencil.js";

/** One experiment: sources that fire together, and who listens. */
export interface Shot {
  /** [z, x] in cells from the model's first cell; fractions are interpolated. */
  readonly sources: readonly Place[];
  /** Amplitudes [nt] that all sources share, or one array for each. */
  readonly wavelet: Floats | readonly Floats[];
  /** [z, x] in cells; as many in each shot. */
  readonly receivers: readonly Place[];
}

/** A simulation. Only `spacing`, `dt` and `shots` must be given. */
export interface Simulation {
  /** Size of the square cells, m, > 0. */
  readonly spacing: number;
  /** Time step, s, > 0. */
  readonly dt: number;
  /** At least one; their wavelets have one length, the number of time samples. */
  readonly shots: readonly Shot[];
  /** kg/m3, > 0, as the model [nz, nx]. Default: the same everywhere; varying it takes some four times as long. */
  readonly density?: Grid<Floats>;
  /** Order of accuracy in space. Default 4. */
  readonly order?: Order;
  /** Cells of absorbing layer, on all sides or by side; 0: a rigid edge, field 0 outside. Default 20. */
  readonly pml?: number | Readonly<Partial<Record<Side, number>>>;
  /** Sides that are free surfaces: the field is 0 one cell beyond the model there, and they have no layer. Default none. */
  readonly freeSurface?: readonly Side[];
  /** Frequency that the layers absorb best, Hz. Default: the wavelets' peak, from their rms frequency as a Ricker's. */
  readonly frequency?: number;
  /** Velocity that sets the layers' damping, m/s. Default: the fastest of the model. */
  readonly fastest?: number;
  /** Threads, >= 1. Default: all cores, at most one a shot. Results do not depend on it. */
  readonly threads?: number;
  /** "float64" is a plain reference, some 20 times slower, on one thread. Default "float32". */
  readonly precision?: "float32" | "float64";
  /** Stops the computation; looked at some times a second. */
  readonly signal?: AbortSignal;
}

/** Wavelets of a shot, one a source. */
export function waveletsOf(name: string, shot: Shot): readonly Floats[] {
  const { wavelet, sources } = shot;
  if (!Array.isArray(wavelet)) return sources.map(() => wavelet as Floats);
  if (wavelet.length !== sources.length)
    throw new RangeError(
      `${name}: a shot needs one wavelet a source or one for all, got ${wavelet.length} for ${sources.length}`,
    );
  return wavelet as readonly Floats[];
}

/** Peak frequency of a Ricker wavelet with the rms frequency of these: f0 = f_rms / sqrt(5 / 4). */
function peakFrequency(wavelets: readonly Floats[], dt: number): number {
  let [power, slopes] = [0, 0];
  for (const w of wavelets)
    for (let i = 1; i + 1 < w.length; i++) {
      power += w[i]! ** 2;
      slopes += ((w[i + 1]! - w[i - 1]!) / (2 * dt)) ** 2;
    }
  return power > 0 ? Math.sqrt(slopes / power / 1.25) / (2 * Math.PI) : 0;
}

function positive(name: string, what: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new RangeError(`${name}: ${what} must be a positive number, got ${value}`);
}

/** A simulation with its defaults, checked. */
export interface Checked {
  readonly nz: number;
  readonly nx: number;
  readonly nt: number;
  readonly nReceivers: number;
  readonly edges: Edges;
  readonly stencil: Stencil;
  readonly frequency: number;
  readonly slowest: number;
  readonly fastest: number;
  readonly damping: number;
  readonly threads: number;
}

function edgesOf(name: string, sim: Simulation): Edges {
  const { pml = 20, freeSurface = [] } = sim;
  const edge = (side: Side): number | "free" => {
    if (freeSurface.includes(side)) return "free";
    const width = typeof pml === "number" ? pml : (pml[side] ?? 20);
    if (!Number.isInteger(width) || width < 0)
      throw new RangeError(`${name}: pml must be whole numbers of cells >= 0, got ${width}`);
    return width;
  };
  for (const side of freeSurface)
    if (!sides.includes(side))
      throw new RangeError(`${name}: freeSurface must name ${sides.join(", ")}, got ${String(side)}`);
  return { top: edge("top"), bottom: edge("bottom"), left: edge("left"), right: edge("right") };
}

/** Number of samples and receivers, the same in every shot. */
function counts(name: string, shots: readonly Shot[]): readonly [number, number] {
  if (shots.length === 0) throw new RangeError(`${name}: shots must be at least one, got none`);
  const lengths = shots.flatMap((shot) => waveletsOf(name, shot).map((w) => w.length));
  const nt = lengths[0] ?? 0;
  if (nt < 1 || lengths.some((n) => n !== nt))
    throw new RangeError(
      `${name}: wavelets must have one length >= 1, got ${[...new Set(lengths)].join(", ") || "none"}`,
    );
  const nReceivers = shots[0]!.receivers.length;
  const other = shots.find((shot) => shot.receivers.length !== nReceivers);
  if (other)
    throw new RangeError(
      `${name}: shots must have one number of receivers, got ${nReceivers} and ${other.receivers.length}`,
    );
  return [nt, nReceivers];
}

/** Velocity of constant density whose steps are as long as those of a varying one: the largest of v^2 times the mean of (1 + rho / rho') / 2 over the
 *  neighbours at odd distances, weighed as in the stencil. By Gershgorin's circles no eigenvalue lies beyond. */
function roughness(name: string, model: Grid<Floats>, density: Grid<Floats>, { second }: Stencil): number {
  const [nz, nx] = model.shape as [number, number];
  const { data: rho, shape } = density;
  if (shape.length !== 2 || shape[0] !== nz || shape[1] !== nx || rho.length !== nz * nx)
    throw new RangeError(`${name}: density must be [${nz}, ${nx}], got [${shape}]`);
  for (const value of rho)
    if (!(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new RangeError(`${name}: densities must be positive, got ${value}`);
  const at = (z: number, x: number) =>
    rho[Math.min(Math.max(z, 0), nz - 1) * nx + Math.min(Math.max(x, 0), nx - 1)]!;
  let most = 0;
  for (let z = 0; z < nz; z++)
    for (let x = 0; x < nx; x++) {
      let [sum, whole] = [0, 0];
      for (const k of [1, 3]) {
        for (const other of [at(z - k, x), at(z + k, x), at(z, x - k), at(z, x + k)])
          sum += 0.5 * second[k]! * (1 + at(z, x) / other);
        whole += 4 * second[k]!;
      }
      most = Math.max(most, (model.data[z * nx + x]! ** 2 * sum) / whole);
    }
  return Math.sqrt(most);
}

/** Checks a model and a simulation.
 *
 *  @throws RangeError for values, among them a time step that is not stable. */
export function checkSimulation(
  name: string,
  model: Grid<Float32Array | Float64Array>,
  sim: Simulation,
): Checked {
  const [nz, nx] = model.shape as [number, number];
  if (model.shape.length !== 2 || !(nz >= 2 && nx >= 2) || model.data.length !== nz * nx)
    throw new RangeError(
      `${name}: the model must be [nz, nx] of at least 2 x 2 cells, got [${model.shape}] with ${model.data.length} values`,
    );
  positive(name, "spacing", sim.spacing);
  positive(name, "dt", sim.dt);
  let [slowest, fastest] = [Number.POSITIVE_INFINITY, 0];
  for (const v of model.data) {
    if (!(v > 0 && v < Number.POSITIVE_INFINITY))
      throw new RangeError(`${name}: velocities must be positive, got ${v}`);
    slowest = Math.min(slowest, v);
    fastest = Math.max(fastest, v);
  }
  const weights = stencil(sim.order ?? 4);
  const rough = sim.density ? roughness(name, model, sim.density, weights) : fastest;
  const courant = (rough * sim.dt) / sim.spacing;
  if (courant > weights.courant) {
    const dt = Math.floor((weights.courant * sim.spacing * 1e6) / rough) / 1e6;
    throw new RangeError(
      `${name}: the Courant number must be <= ${weights.courant.toFixed(3)}, got ${courant.toFixed(3)}; use dt <= ${dt} s or a coarser grid`,
    );
  }
  const [nt, nReceivers] = counts(name, sim.shots);
  const frequency =
    sim.frequency ??
    peakFrequency(
      sim.shots.flatMap((shot) => waveletsOf(name, shot)),
      sim.dt,
    );
  if (!(frequency >= 0)) throw new RangeError(`${name}: frequency must be >= 0 Hz, got ${frequency}`);
  const { threads = availableParallelism(), precision = "float32" } = sim;
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`${name}: threads must be a whole number >= 1, got ${threads}`);
  if (precision !== "float32" && precision !== "float64")
    throw new RangeError(`${name}: precision must be "float32" or "float64", got ${String(precision)}`);
  const damping = sim.fastest ?? fastest;
  positive(name, "fastest", damping);
  warnDispersion(name, slowest, frequency, sim.spacing, weights);
  return {
    nz,
    nx,
    nt,
    nReceivers,
    edges: edgesOf(name, sim),
    stencil: weights,
    frequency,
    slowest,
    fastest,
    damping,
    threads: precision === "float64" ? 1 : Math.min(threads, sim.shots.length),
  };
}

const warned = new Set<string>();

/** Cells a wavelength at 2.5 times the peak frequency below which waves are visibly late or early. */
const cellsNeeded: Readonly<Record<Order, number>> = { 2: 10, 4: 5, 8: 3 };

function warnDispersion(
  name: string,
  slowest: number,
  frequency: number,
  spacing: number,
  { order }: Stencil,
): void {
  if (!(frequency > 0)) return;
  const cells = slowest / (2.5 * frequency) / spacing;
  if (cells >= cellsNeeded[order]) return;
  // once for a problem: an inversion meets a new slowest velocity every step
  const problem = `${order} ${frequency.toPrecision(3)} ${spacing}`;
  if (warned.has(problem)) return;
  warned.add(problem);
  const text =
    `${name}: order ${order} needs ${cellsNeeded[order]} cells a wavelength up to 2.5 times the peak frequency, got ` +
    `${cells.toFixed(1)} at ${(2.5 * frequency).toFixed(1)} Hz in ${slowest.toFixed(0)} m/s; use a finer grid, a higher order or a lower frequency`;
  process.emitWarning(text, "DispersionWarning");
}
