// STA/LTA: the ratio of a short-time to a long-time average of the energy, the classic detector of arrivals.
import { requireCount, requireSamples, type Samples } from "./samples.js";

/** Classic STA/LTA, r[i] = (1/ns sum_{j=i-ns+1..i} x[j]^2) / (1/nl sum_{j=i-nl+1..i} x[j]^2).
 *
 *  Sums run along the record in float64, as in ObsPy's C code, to which it is equal. Where the long window holds
 *  nothing but zeros the ratio is 0 (ObsPy: NaN). The offset of a record counts as energy: take the mean off first.
 *
 *  @param x Signal, shape [n].
 *  @param nsta Short window, samples, >= 1: about one period of the arrival.
 *  @param nlta Long window, samples, >= nsta and <= n: several seconds of noise.
 *  @returns Ratio, shape [n], 0 for the first nlta - 1 samples.
 *  @throws RangeError if the windows do not fit.
 *  @see Allen (1978); Withers et al. (1998); obspy.signal.trigger.classic_sta_lta. */
export function classicStaLta(x: Samples, nsta: number, nlta: number): Float64Array {
  check("classicStaLta", x, nsta, nlta);
  const n = x.length;
  const ratio = new Float64Array(n);
  const fraction = nsta / nlta;
  let sta = 0;
  let lta = 0;
  for (let i = 0; i < n; i++) {
    const now = x[i]! * x[i]!;
    sta += i < nsta ? now : now - x[i - nsta]! * x[i - nsta]!;
    lta += i < nlta ? now : now - x[i - nlta]! * x[i - nlta]!;
    if (i >= nlta - 1 && lta !== 0) ratio[i] = sta / (lta * fraction);
  }
  return ratio;
}

/** Recursive STA/LTA: exponentially forgetting averages in place of windows,
 *  sta += (x^2 - sta) / ns, lta += (x^2 - lta) / nl, r = sta / lta, from the second sample on.
 *
 *  Equal to ObsPy's for n > nlta. Where nothing but zeros has come yet the ratio is 0 (ObsPy: NaN); a record no longer
 *  than nlta is all warm-up, hence all 0 (as in ObsPy's Python version; its C version leaves such a record unmuted).
 *
 *  @param x Signal, shape [n], n >= nlta.
 *  @param nsta Short memory, samples, >= 1.
 *  @param nlta Long memory, samples, >= nsta and <= n.
 *  @returns Ratio, shape [n], 0 for the first nlta samples.
 *  @throws RangeError if the windows do not fit.
 *  @see Withers et al. (1998), p. 98; obspy.signal.trigger.recursive_sta_lta. */
export function recursiveStaLta(x: Samples, nsta: number, nlta: number): Float64Array {
  check("recursiveStaLta", x, nsta, nlta);
  const n = x.length;
  const ratio = new Float64Array(n);
  const cs = 1 / nsta;
  const cl = 1 / nlta;
  let sta = 0;
  let lta = 0;
  for (let i = 1; i < n; i++) {
    const now = x[i]! * x[i]!;
    sta = cs * now + (1 - cs) * sta;
    lta = cl * now + (1 - cl) * lta;
    if (i >= nlta && lta !== 0) ratio[i] = sta / lta;
  }
  return ratio;
}

function check(name: string, x: Samples, nsta: number, nlta: number): void {
  requireSamples(name, x);
  requireCount(name, "nsta", nsta);
  requireCount(name, "nlta", nlta);
  if (nsta > nlta) throw new RangeError(`${name}: nsta must be <= nlta = ${nlta}, got ${nsta}`);
  if (x.length < nlta)
    throw new RangeError(`${name}: the record must hold at least nlta = ${nlta} samples, got ${x.length}`);
}
