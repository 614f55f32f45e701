// How far records are from the observed ones, and the derivative with respect to each of their numbers.
import type { Grid } from "../core/grid.js";
import { analyticSignal } from "../signal/hilbert.js";

type Floats = Float32Array | Float64Array;

/** A misfit and its derivative, with the shape of the records. */
export interface Compared {
  readonly value: number;
  readonly adjoint: Float64Array;
}

/** Compares records of a shot with the observed ones, both [receiver, time]. */
export type Misfit = (records: Grid<Floats>, observed: Grid<Floats>) => Compared;

/** Sums a misfit of single traces. */
const byTrace =
  (compare: (d: Float64Array, o: Float64Array) => Compared): Misfit =>
  (records, observed) => {
    const nt = records.shape.at(-1)!;
    const adjoint = new Float64Array(records.data.length);
    let value = 0;
    for (let i = 0; i < records.data.length; i += nt) {
      const part = (x: Floats) => Float64Array.from(x.subarray(i, i + nt) as Float32Array);
      const found = compare(part(records.data), part(observed.data));
      value += found.value;
      adjoint.set(found.adjoint, i);
    }
    return { value, adjoint };
  };

/** Half the sum of squared differences, J = 1/2 sum (d - o)^2. */
export const l2: Misfit = (records, observed) => {
  const [d, o] = [records.data, observed.data];
  const adjoint = new Float64Array(d.length); // loops, not callbacks: millions of numbers a gradient
  let sum = 0;
  for (let i = 0; i < d.length; i++) {
    const r = d[i]! - o[i]!;
    adjoint[i] = r;
    sum += r * r;
  }
  return { value: 0.5 * sum, adjoint };
};

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** Normalised correlation, J = sum over traces of 1 - <d, o> / (|d| |o|): blind to amplitudes. Traces that are zero count nothing.
 *
 *  @see Choi and Alkhalifah (2012), doi:10.1111/j.1365-2478.2011.01029.x. */
export const correlation: Misfit = byTrace((d, o) => {
  const [dd, oo, both] = [dot(d, d), dot(o, o), dot(d, o)];
  if (dd === 0 || oo === 0) return { value: 0, adjoint: d.map(() => 0) };
  const size = Math.sqrt(dd * oo);
  return { value: 1 - both / size, adjoint: d.map((v, i) => ((v * both) / dd - o[i]!) / size) };
});

/** Imaginary part of the analytic signal; its transpose is its negative. */
const hilbert = (x: Float64Array): Float64Array => Float64Array.from(analyticSignal(x).im);

/** Difference of squared envelopes, J = 1/4 sum (E_d^2 - E_o^2)^2, E^2 = d^2 + H(d)^2: sees low frequencies that the wavelet lacks.
 *
 *  @see Wu, Luo and Wu (2014), doi:10.1190/geo2013-0294.1. */
export const envelopeMisfit: Misfit = byTrace((d, o) => {
  const [hd, ho] = [hilbert(d), hilbert(o)];
  const r = d.map((v, i) => v * v + hd[i]! ** 2 - o[i]! ** 2 - ho[i]! ** 2);
  const back = hilbert(r.map((v, i) => v * hd[i]!));
  return { value: 0.25 * dot(r, r), adjoint: d.map((v, i) => r[i]! * v - back[i]!) };
});

/** Squared Wasserstein distance in one dimension between p = softplus(b d) and q = softplus(b o), each divided by its sum:
 *  J = integral over masses of (T_p - T_q)^2, T the times by which that mass has arrived, in traces' lengths. It grows with the shift of a
 *  pulse over many cycles.
 *
 *  @param sharpness b; times the observed trace's largest number. Default 3.
 *  @see Engquist and Froese (2014), doi:10.4310/CMS.2014.v12.n5.a7; Qiu et al. (2017), doi:10.1190/geo2016-0465.1. */
export const transport = (sharpness = 3): Misfit =>
  byTrace((d, o) => {
    const n = d.length;
    const largest = o.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    if (largest === 0) return { value: 0, adjoint: d.map(() => 0) };
    const b = sharpness / largest;
    const soft = (x: Float64Array) =>
      x.map((v) => Math.max(b * v, 0) + Math.log1p(Math.exp(-Math.abs(b * v))));
    const [p, q] = [soft(d), soft(o)];
    const [sp, sq] = [p, q].map((x) => x.reduce((sum, v) => sum + v, 0)) as [number, number];
    // both cumulative masses are linear in time within a sample; between two of their joint nodes the transport is linear in the mass
    let [i, j, value] = [0, 0, 0];
    let [mass, endP, endQ] = [0, p[0]! / sp, q[0]! / sq];
    /** Derivative with respect to the cumulative mass at the end of each sample of p, and to those at both ends of a sample through its slope. */
    const potential = new Float64Array(n + 1);
    while (i < n && j < n) {
      const next = Math.min(endP, endQ);
      const at = (m: number, index: number, end: number, x: Float64Array, sum: number) =>
        (index + 1 - ((end - m) * sum) / x[index]!) / n;
      const [t0, t1] = [at(mass, i, endP, p, sp), at(next, i, endP, p, sp)];
      const [u0, u1] = [at(mass, j, endQ, q, sq), at(next, j, endQ, q, sq)];
      const [a, c] = [t0 - u0, t1 - u1];
      const width = next - mass;
      value += (width * (a * a + a * c + c * c)) / 3;
      // dJ/dF = -2 (T_p - T_q) at each time: the sum over a sample's part goes to its two ends by where it lies
      const [s0, s1] = [n * t0 - i, n * t1 - i];
      const weight = (2 * (t1 - t0)) / 6;
      const low = weight * (a * (2 * (1 - s0) + (1 - s1)) + c * (1 - s0 + 2 * (1 - s1)));
      const high = weight * (a * (2 * s0 + s1) + c * (s0 + 2 * s1));
      potential[i]! -= low;
      potential[i + 1]! -= high;
      mass = next;
      if (endP <= next) {
        i++;
        if (i < n) endP = i === n - 1 ? Math.max(1, next) : endP + p[i]! / sp;
      }
      if (endQ <= next) {
        j++;
        if (j < n) endQ = j === n - 1 ? Math.max(1, next) : endQ + q[j]! / sq;
      }
    }
    // F_k = sum of p up to k over sp: back to p, then through the quotient and the softplus
    let tail = 0;
    const byMass = new Float64Array(n);
    for (let k = n - 1; k >= 0; k--) {
      tail += potential[k + 1]!;
      byMass[k] = tail;
    }
    const mean = dot(byMass, p) / sp;
    const adjoint = d.map((v, k) => ((byMass[k]! - mean) / sp) * (b / (1 + Math.exp(-b * v))));
    return { value, adjoint };
  });
