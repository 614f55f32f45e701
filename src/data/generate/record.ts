// A generated local earthquake, for where no recorded one is at hand. It is a sketch of a seismogram, not a simulation.
import type { Rng } from "../../core/index.js";
import type { Recording } from "../recording.js";

export interface SyntheticOptions {
  /** Samples. Default 6000. */
  readonly n?: number;
  /** Sample interval, s. Default 0.01. */
  readonly dt?: number;
  /** Sample of the P arrival. Default: drawn from .2 n to .42 n. */
  readonly p?: number;
  /** Sample of the S arrival. Default: drawn .5 to 6.5 s after P. */
  readonly s?: number;
  /** Peak of the P wave over the rms of the noise, dB. Default: drawn from 15 to 30. */
  readonly snr?: number;
}

/** A record of a local earthquake with known arrivals: x(t) = a_P d_P u_P(t - t_P) + a_S d_S u_S(t - t_S) + noise.
 *
 *  u is a resonator (P about 8 Hz, S about 4 Hz) struck at the arrival and fed with noise that dies away exponentially, the coda; it
 *  is exactly 0 before the arrival. d_P points along the ray, d_S across it, both from a drawn azimuth and incidence; the coda loses the
 *  direction. The noise is white plus red plus a microseism of about 0.25 Hz. Same stream, same record.
 *
 *  @param rng Where the numbers come from, e.g. rng(seed).fork("record").
 *  @param options See SyntheticOptions.
 *  @returns Recording; amplitudes are relative, the noise has rms 1.
 *  @throws RangeError unless 0 < p < s < n - 1. */
export function record(rng: Rng, options: SyntheticOptions = {}): Recording {
  const { n = 6000, dt = 0.01 } = options;
  const draw = rng.fork("source");
  const drawnP = draw.integer(Math.floor(0.2 * n), Math.floor(0.2 * n) + Math.max(1, Math.floor(0.22 * n)));
  const p = options.p ?? drawnP;
  const delay = Math.round(draw.uniform(0.5, 6.5) / dt);
  const s = options.s ?? Math.min(p + delay, n - 2);
  if (!(Number.isInteger(n) && dt > 0 && p > 0 && p < s && s < n - 1))
    throw new RangeError(
      `synthetic.record: needs whole n, dt > 0 and 0 < p < s < n - 1, got n ${n}, dt ${dt}, p ${p}, s ${s}`,
    );
  const snr = options.snr ?? draw.uniform(15, 30);
  const azimuth = draw.uniform(0, 2 * Math.PI);
  const incidence = draw.uniform(0.15, 0.8);
  const tilt = draw.uniform(-1, 1);
  const [sin, cos, up, out] = [
    Math.sin(azimuth),
    Math.cos(azimuth),
    Math.cos(incidence),
    Math.sin(incidence),
  ];
  const alongRay = [sin * out, cos * out, up];
  const across = [sin * up + tilt * cos, cos * up - tilt * sin, -out];
  const amplitude = Math.exp((snr / 20) * Math.LN10);
  const waves = [
    {
      from: p,
      direction: alongRay,
      size: amplitude,
      f: 8 * draw.uniform(0.7, 1.3),
      coda: 0.3 * (s - p) * dt + 0.4,
    },
    {
      from: s,
      direction: across,
      size: amplitude * draw.uniform(2, 4),
      f: 4 * draw.uniform(0.7, 1.3),
      coda: draw.uniform(1.5, 3),
    },
  ];
  const data = new Float32Array(3 * n);
  for (const [c, name] of ["E", "N", "Z"].entries()) {
    const noise = colouredNoise(rng.fork(`noise ${name}`), n, dt);
    for (let i = 0; i < n; i++) data[3 * i + c] = noise[i]!;
    for (const [k, { from, direction, size, f, coda }] of waves.entries()) {
      const u = train(rng.fork(`wave ${k} ${name}`), n - from, dt, f, coda, direction[c]!);
      for (let i = 0; i < u.length; i++) data[3 * (from + i) + c]! += size * u[i]!;
    }
  }
  const attributes = {
    trace_name: "synthetic",
    receiver_type: "generated",
    p_arrival_sample: p,
    s_arrival_sample: s,
  };
  return { name: "synthetic", waveform: { data, shape: [n, 3] }, dt, p, s, attributes };
}

/** A damped resonator, struck once with `strike` and then fed with fading noise; its first sample is not 0. */
function train(rng: Rng, n: number, dt: number, f: number, coda: number, strike: number): Float64Array {
  const r = Math.exp(-Math.PI * f * dt * 0.6);
  const gain = Math.sin(2 * Math.PI * f * dt) * 1.3;
  const a1 = 2 * r * Math.cos(2 * Math.PI * f * dt);
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const fed = 0.25 * rng.normal() * Math.exp((-i * dt) / coda) * (i === 0 ? 0 : 1);
    const drive = gain * ((i === 0 ? strike : 0) + fed);
    out[i] = drive + a1 * (out[i - 1] ?? 0) - r * r * (out[i - 2] ?? 0);
  }
  return out;
}

/** White, red and microseismic noise, rms 1 in all. */
function colouredNoise(rng: Rng, n: number, dt: number): Float64Array {
  const out = new Float64Array(n);
  const r = Math.exp(-dt / 4); // the microseism keeps its phase for some 4 s
  const a1 = 2 * r * Math.cos(2 * Math.PI * 0.25 * dt);
  let red = 0;
  let [m1, m2] = [0, 0];
  const warmUp = Math.round(20 / dt);
  const microseism = Math.sin(2 * Math.PI * 0.25 * dt) * Math.sqrt(1 - r * r) * 2;
  for (let i = -warmUp; i < n; i++) {
    red = 0.97 * red + Math.sqrt(1 - 0.97 * 0.97) * rng.normal();
    [m1, m2] = [a1 * m1 - r * r * m2 + microseism * rng.normal(), m1];
    if (i >= 0) out[i] = 0.5 * rng.normal() + 0.6 * red + 0.6 * m1;
  }
  const rms = Math.sqrt(out.reduce((sum, v) => sum + v * v, 0) / n);
  return out.map((v) => v / rms);
}
