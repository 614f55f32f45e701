// The wave of a homogeneous medium as a function of travel time: a table of the two-dimensional solution and its slope.

/** Number of snapshots. */
export const snapshotCount = 16;

/** Times of the snapshots, s: 0.19, 0.39 .. 3.19. */
export const snapshotTimes: readonly number[] = Array.from(
  { length: snapshotCount },
  (_, k) => (20 * k + 19) / 100,
);

/** Peak frequency, Hz, and time of the wavelet's peak, s. */
export const wavelet = { f0: 2, t0: 0.5 } as const;

/** Side of the source's cell, km: the source's strength is that of one cell of the 64 x 64 grid, whatever the grid. */
const cell = 0.16;

const steps = 800;
/** The table runs over the root of the travel time: even steps there are fine near the source, where the field grows like a logarithm. */
const spacing = 0.002;
const nodes = Math.ceil(Math.sqrt(snapshotTimes.at(-1)!) / spacing) + 4;

/** The field of a homogeneous medium,
 *  g(tau, t) = -(h^2 / 2 pi) int_0^acosh(t / tau) w(t - tau cosh q) dq, by the midpoint rule of 800 points; 0 for tau >= t.
 *
 *  @param tau Travel time, s, > 0.
 *  @param t Time, s.
 *  @returns In the units of PROTOCOLS' data set, h = 0.16 km, w the Ricker wavelet of 2 Hz with its peak at 0.5 s.
 *  @throws RangeError if tau is not > 0.
 *  @see Morse and Feshbach (1953), section 7.3: the Green's function of two dimensions. */
export function homogeneousField(tau: number, t: number): number {
  if (!(tau > 0)) throw new RangeError(`homogeneousField: tau must be > 0, got ${tau}`);
  if (tau >= t) return 0;
  const end = Math.acosh(t / tau);
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const u = (Math.PI * wavelet.f0 * (t - tau * Math.cosh(((i + 0.5) * end) / steps) - wavelet.t0)) ** 2;
    sum += (1 - 2 * u) * Math.exp(-u);
  }
  return (-(cell ** 2) / (2 * Math.PI)) * ((sum * end) / steps);
}

let made: Float64Array | undefined;

/** The table, [node, snapshot]; node 0 stands for tau = 0 and is never reached. */
function table(): Float64Array {
  if (made) return made;
  made = new Float64Array(nodes * snapshotCount);
  for (let i = 1; i < nodes; i++)
    for (let k = 0; k < snapshotCount; k++)
      made[i * snapshotCount + k] = homogeneousField((i * spacing) ** 2, snapshotTimes[k]!);
  made.copyWithin(0, snapshotCount, 2 * snapshotCount);
  return made;
}

/** All snapshots at given travel times, by a cubic through the four nodes around each (Catmull-Rom over the root of tau).
 *
 *  @param tau Travel times, s, > 0.
 *  @param slopes Where the derivative in tau goes, [tau, snapshot]. Default: it is not computed.
 *  @returns g(tau, t_k), [tau, snapshot]; 0 beyond the last snapshot's time. */
export function fieldAt(tau: ArrayLike<number>, slopes?: Float32Array): Float32Array {
  const values = table();
  const out = new Float32Array(tau.length * snapshotCount);
  for (let i = 0; i < tau.length; i++) {
    const root = Math.sqrt(tau[i]!);
    const at = root / spacing;
    const node = Math.max(Math.floor(at), 1);
    if (node + 2 >= nodes) continue;
    const f = at - node;
    const w0 = f * (-0.5 + f * (1 - 0.5 * f));
    const w1 = 1 + f * f * (-2.5 + 1.5 * f);
    const w2 = f * (0.5 + f * (2 - 1.5 * f));
    const w3 = f * f * (-0.5 + 0.5 * f);
    const first = (node - 1) * snapshotCount;
    for (let k = 0; k < snapshotCount; k++) {
      const j = first + k;
      out[i * snapshotCount + k] =
        w0 * values[j]! +
        w1 * values[j + snapshotCount]! +
        w2 * values[j + 2 * snapshotCount]! +
        w3 * values[j + 3 * snapshotCount]!;
    }
    if (!slopes) continue;
    const perTau = 1 / (2 * root * spacing);
    const d0 = (-0.5 + f * (2 - 1.5 * f)) * perTau;
    const d1 = f * (-5 + 4.5 * f) * perTau;
    const d2 = (0.5 + f * (4 - 4.5 * f)) * perTau;
    const d3 = f * (-1 + 1.5 * f) * perTau;
    for (let k = 0; k < snapshotCount; k++) {
      const j = first + k;
      slopes[i * snapshotCount + k] =
        d0 * values[j]! +
        d1 * values[j + snapshotCount]! +
        d2 * values[j + 2 * snapshotCount]! +
        d3 * values[j + 3 * snapshotCount]!;
    }
  }
  return out;
}
