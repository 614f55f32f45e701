// The f-k domain: what moves across the traces at one apparent velocity lies on one line through its origin.
import type { Grid } from "../core/index.js";
import { fftFrequencies, rfftFrequencies } from "./fft.js";
import { fft2, ifft2 } from "./fft2.js";
import { requirePositive } from "./samples.js";
import { like, type Reals, requireSection } from "./section.js";

/** An f-k amplitude spectrum with its axes. */
export interface FkSpectrum {
  /** |S(f, k)|, shape [nf, nk]. */
  readonly amplitude: Grid<Float64Array>;
  /** 0 .. Nyquist, Hz, shape [nf]. */
  readonly frequencies: Float64Array;
  /** Ascending, 1/m, shape [nk]. */
  readonly wavenumbers: Float64Array;
}

/** f-k amplitude spectrum, |S(f, k)| of `fft2`, with wavenumber 0 in the middle. An event t = x / v lies on f = v k.
 *
 *  @param section [nt, nx].
 *  @param dt Sample interval, s.
 *  @param dx Trace interval, m.
 *  @returns Amplitudes and their axes. */
export function fkSpectrum(section: Grid<Reals>, dt: number, dx: number): FkSpectrum {
  const [nt, nx] = requireSection("fkSpectrum", section);
  const { re, im } = fft2(section);
  const frequencies = rfftFrequencies(nt, dt);
  const order = fftFrequencies(nx, dx);
  const columns = Int32Array.from(order.keys()).sort((a, b) => order[b]! - order[a]!);
  const data = new Float64Array(re.length);
  for (let j = 0, to = 0; j < frequencies.length; j++)
    for (const k of columns) data[to++] = Math.hypot(re[j * nx + k]!, im[j * nx + k]!);
  // the transform's k runs against the field's: exp(-2 pi i k x) puts t = x / v at f = -v k, hence descending columns
  return {
    amplitude: { data, shape: [frequencies.length, nx] },
    frequencies,
    wavenumbers: Float64Array.from(columns, (k) => -order[k]! || 0),
  };
}

/** What a fan filter lets through. */
export interface FanOptions {
  /** Sample interval, s. */
  readonly dt: number;
  /** Trace interval, m. */
  readonly dx: number;
  /** Apparent velocities [low, high], m/s, between which the gain goes from 0 to 1 as a raised cosine. */
  readonly velocities: readonly [number, number];
  /** "fast" keeps what is faster than `high` (reflections) and takes out what is slower than `low` (ground roll); "slow" the
   *  other way round. The two add up to the section. Default "fast". */
  readonly keep?: "fast" | "slow";
}

/** Tapered fan filter in f-k: gain g(|f / k|), 0 below the low velocity, 1 above the high one, sin^2 between. The section is padded with
 *  zeros to the next powers of two above 1.25 times its size, so that little comes back in at the other side.
 *
 *  @param section [nt, nx].
 *  @param options See FanOptions.
 *  @returns New section.
 *  @throws RangeError unless 0 < low <= high.
 *  @see Embree, Burg and Backus (1963); Yilmaz (2001), section 6.2. */
export function fanFilter<T extends Reals>(section: Grid<T>, options: FanOptions): Grid<T> {
  const [nt, nx] = requireSection("fanFilter", section);
  const { dt, dx, velocities, keep = "fast" } = options;
  const [low, high] = velocities;
  requirePositive("fanFilter", "dt", dt);
  requirePositive("fanFilter", "dx", dx);
  if (!(low > 0 && high >= low))
    throw new RangeError(
      `fanFilter: velocities must satisfy 0 < low <= high, got ${velocities.join(" .. ")} m/s`,
    );
  if (keep !== "fast" && keep !== "slow")
    throw new RangeError(`fanFilter: keep must be "fast" or "slow", got ${String(keep)}`);
  const [n, m] = [padded(nt), padded(nx)];
  const wide = new Float64Array(n * m);
  for (let t = 0; t < nt; t++) wide.set(section.data.subarray(t * nx, (t + 1) * nx), t * m);
  const spectrum = fft2({ data: wide, shape: [n, m] });
  const [f, k] = [rfftFrequencies(n, dt), fftFrequencies(m, dx)];
  for (let j = 0; j < f.length; j++)
    for (let x = 0; x < m; x++) {
      const fast = fastness(f[j]!, Math.abs(k[x]!), low, high);
      const gain = keep === "fast" ? fast : 1 - fast;
      spectrum.re[j * m + x]! *= gain;
      spectrum.im[j * m + x]! *= gain;
    }
  const back = ifft2(spectrum);
  const data = like(section.data);
  for (let t = 0; t < nt; t++) data.set(back.data.subarray(t * m, t * m + nx), t * nx);
  return { data, shape: [nt, nx] };
}

function fastness(f: number, k: number, low: number, high: number): number {
  if (f >= high * k) return 1; // k = 0 among them: as fast as can be
  if (f <= low * k) return 0;
  return Math.sin(((f / k - low) / (high - low)) * (Math.PI / 2)) ** 2;
}

const padded = (n: number) => (n === 1 ? 1 : 2 ** Math.ceil(Math.log2(1.25 * n)));
