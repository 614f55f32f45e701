// Which traces of a section are there: masks for experiments, dead traces, and what they leave.
import { type Grid, rng } from "../core/index.js";

/** Which traces are kept. */
export type Mask =
  /** A share of the traces, drawn as NumPy's `default_rng(seed).permutation(nx)[: floor(nx share)]`. */
  | { readonly kind: "random"; readonly share?: number; readonly seed: number }
  /** Every `step`-th from `first` on. */
  | { readonly kind: "regular"; readonly step: number; readonly first?: number }
  /** All but `width` from `first` on; in the middle when `first` is not given. */
  | { readonly kind: "gap"; readonly width: number; readonly first?: number };

function whole(name: string, what: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high)
    throw new RangeError(`${name}: ${what} must be a whole number in ${low} .. ${high}, got ${value}`);
  return value;
}

/** Numbers of the traces that a mask keeps.
 *
 *  @param nx Traces of the section.
 *  @param mask "random" (share, default 0.5, and seed), "regular" (step, first, default 0) or "gap" (width, first).
 *  @returns Trace numbers from 0, ascending, at least one.
 *  @throws RangeError where no trace or no gap would be left. */
export function keptTraces(nx: number, mask: Mask): Int32Array {
  whole("keptTraces", "nx", nx, 2, 0x7fffffff);
  if (mask.kind === "random") {
    const share = mask.share ?? 0.5;
    const count = Math.floor(nx * share);
    if (!(count >= 1 && count < nx))
      throw new RangeError(`keptTraces: share must leave 1 .. ${nx - 1} of ${nx} traces, got ${share}`);
    return rng.numpy(mask.seed).permutation(nx).slice(0, count).sort();
  }
  if (mask.kind === "regular") {
    const step = whole("keptTraces", "step", mask.step, 2, nx);
    const first = whole("keptTraces", "first", mask.first ?? 0, 0, step - 1);
    return Int32Array.from({ length: Math.ceil((nx - first) / step) }, (_, i) => first + i * step);
  }
  if (mask.kind !== "gap")
    throw new RangeError(
      `keptTraces: kind must be "random", "regular" or "gap", got ${(mask as { kind: string }).kind}`,
    );
  const width = whole("keptTraces", "width", mask.width, 1, nx - 1);
  const first = whole("keptTraces", "first", mask.first ?? (nx - width) >> 1, 0, nx - width);
  return Int32Array.from({ length: nx - width }, (_, i) => (i < first ? i : i + width));
}

/** Checks trace numbers.
 *  @returns 1 for each trace that is kept, else 0, [nx].
 *  @throws RangeError where there is none, or one is outside or given twice. */
export function traceMask(name: string, section: Grid, kept: ArrayLike<number>): Uint8Array {
  const [nt, nx] = section.shape as [number, number];
  if (section.shape.length !== 2 || nt * nx !== section.data.length)
    throw new TypeError(`${name}: a section must be [nt, nx], got [${section.shape}]`);
  const mask = new Uint8Array(nx);
  for (let i = 0; i < kept.length; i++) {
    const trace = whole(name, "a kept trace", kept[i]!, 0, nx - 1);
    if (mask[trace]) throw new RangeError(`${name}: each kept trace must be given once, got ${trace} twice`);
    mask[trace] = 1;
  }
  if (kept.length === 0) throw new RangeError(`${name}: at least one trace must be kept, got none`);
  return mask;
}

/** The section with all other traces set to zero, y = M s.
 *
 *  @param section [nt, nx]; unchanged.
 *  @param kept Trace numbers from 0. */
export function maskTraces(section: Grid, kept: ArrayLike<number>): Grid {
  const mask = traceMask("maskTraces", section, kept);
  const nx = mask.length;
  return { data: section.data.map((x, i) => (mask[i % nx] ? x : 0)), shape: section.shape };
}

/** Numbers of the traces that hold a sample other than 0; the others are dead. NaN counts as dead.
 *
 *  @param section [nt, nx].
 *  @returns Trace numbers from 0, ascending; none where all are dead. */
export function liveTraces(section: Grid): Int32Array {
  const [nt, nx] = section.shape as [number, number];
  const live: number[] = [];
  for (let x = 0; x < nx; x++) {
    let seen = false;
    let whole = true;
    for (let t = 0; t < nt; t++) {
      const value = section.data[t * nx + x]!;
      seen ||= value !== 0;
      whole &&= Number.isFinite(value);
    }
    if (seen && whole) live.push(x);
  }
  return Int32Array.from(live);
}
