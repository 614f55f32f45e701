// L-BFGS with a strong-Wolfe line search, for smooth functions of all weights or of a model of the earth: whole gradients, few steps.

export interface LbfgsOptions {
  /** Iterations, default 20. */
  readonly iterations?: number;
  /** Pairs kept, default 10. */
  readonly history?: number;
  /** Evaluations of a line search, default 25. */
  readonly lineSearch?: number;
  /** Ends when the largest gradient is below, default 1e-9. */
  readonly tolerance?: number;
  /** After each iteration; true ends the search. */
  readonly onIteration?: (state: {
    readonly iteration: number;
    readonly value: number;
    readonly x: Float64Array;
  }) => unknown;
}

/** A function's value and gradient at x. */
export type Objective = (x: Float64Array) => { readonly value: number; readonly gradient: Float64Array };

/** Where L-BFGS ended. */
export interface LbfgsResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly evaluations: number;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
const axpy = (x: Float64Array, t: number, d: Float64Array): Float64Array => x.map((v, i) => v + t * d[i]!);

interface Point {
  readonly t: number;
  readonly value: number;
  readonly slope: number;
  readonly gradient: Float64Array;
}

/** Place of the least value of the cubic through two points with their slopes, kept inside the middle 80 % between them. */
function cubic(a: Point, b: Point): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  const d2 = Math.sign(b.t - a.t) * Math.sqrt(Math.max(square, 0));
  const t = b.t - ((b.t - a.t) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const [low, high] = a.t < b.t ? [a.t, b.t] : [b.t, a.t];
  const margin = 0.1 * (high - low);
  return square >= 0 && t > low + margin && t < high - margin ? t : (low + high) / 2;
}

/** A step that lowers the value enough (1e-4) and flattens the slope enough (.9). */
function search(at: (t: number) => Point, start: Point, first: number, limit: number): Point {
  const isLower = (p: Point) => p.value <= start.value + 1e-4 * p.t * start.slope;
  const isFlat = (p: Point) => Math.abs(p.slope) <= -0.9 * start.slope;
  let previous = start;
  let point = at(first);
  let used = 1;
  let bracket: [Point, Point] | undefined;
  while (used < limit) {
    if (!(isLower(point) && (used === 1 || point.value < previous.value))) {
      bracket = [previous, point];
      break;
    }
    if (isFlat(point)) return point;
    if (point.slope >= 0) {
      bracket = [point, previous];
      break;
    }
    previous = point;
    point = at(2 * point.t);
    used++;
  }
  if (!bracket) return point;
  let [low, high] = bracket;
  while (used < limit && Math.abs(high.t - low.t) > 1e-12) {
    const next = at(Number.isFinite(high.value) ? cubic(low, high) : (low.t + high.t) / 2);
    used++;
    if (!isLower(next) || next.value >= low.value) high = next;
    else {
      if (isFlat(next)) return next;
      if (next.slope * (high.t - low.t) >= 0) high = low;
      low = next;
    }
  }
  return low;
}

/** A step and the change of the gradient along it. */
export interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
}

/** A point with the function's value and gradient. */
export interface Iterate {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** -H g by two loops over the pairs, the oldest first. */
function direction(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  let d = gradient.map((g) => -g);
  const rhos = pairs.map(({ s, y }) => 1 / dot(s, y));
  const alphas = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    alphas[i] = rhos[i]! * dot(pairs[i]!.s, d);
    d = axpy(d, -alphas[i]!, pairs[i]!.y);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (rhos.at(-1)! * dot(last.y, last.y));
    d = d.map((v) => v * scale);
  }
  pairs.forEach(({ s, y }, i) => {
    d = axpy(d, alphas[i]! - rhos[i]! * dot(y, d), s);
  });
  return d;
}

/** One iteration: a direction from the pairs, then a line search.
 *
 *  @param f Value and gradient.
 *  @param here Where it stands.
 *  @param pairs The last ones, the oldest first; stay.
 *  @param lineSearch Evaluations at most.
 *  @returns The next point and the pair that leads there, where its curvature is usable; undefined where nothing lower is found. */
export function iterate(
  f: Objective,
  here: Iterate,
  pairs: readonly Pair[],
  lineSearch: number,
): { readonly next: Iterate; readonly pair: Pair | undefined } | undefined {
  const { x, value, gradient } = here;
  const d = direction(gradient, pairs);
  const slope = dot(gradient, d);
  if (!(slope < 0)) return undefined;
  const at = (t: number): Point => {
    const there = f(axpy(x, t, d));
    return { t, value: there.value, gradient: there.gradient, slope: dot(there.gradient, d) };
  };
  const first = pairs.length > 0 ? 1 : Math.min(1, 1 / gradient.reduce((sum, g) => sum + Math.abs(g), 0));
  const found = search(at, { t: 0, value, slope, gradient }, first, lineSearch);
  if (found.t === 0 || !(found.value < value)) return undefined;
  const s = d.map((v) => found.t * v);
  const y = found.gradient.map((g, i) => g - gradient[i]!);
  const next = { x: axpy(x, 1, s), value: found.value, gradient: found.gradient };
  return { next, pair: dot(s, y) > 1e-10 * dot(y, y) ? { s, y } : undefined };
}

/** Minimises a smooth function: direction -H g, H built from the last pairs of steps s and gradient changes y.
 *
 *  @param f Value and gradient; called several times an iteration.
 *  @param start Where to begin; stays.
 *  @returns The best point found.
 *  @throws RangeError if the value is not finite at the start.
 *  @see Nocedal and Wright (2006), algorithms 7.4, 3.5, 3.6. */
export function lbfgs(f: Objective, start: Float64Array, options: LbfgsOptions = {}): LbfgsResult {
  const { iterations = 20, history = 10, lineSearch = 25, tolerance = 1e-9, onIteration } = options;
  let evaluations = 0;
  const counted: Objective = (x) => {
    evaluations++;
    return f(x);
  };
  let here: Iterate = { x: start.slice(), ...counted(start.slice()) };
  if (!Number.isFinite(here.value))
    throw new RangeError(`lbfgs: the value must be finite at the start, got ${here.value}`);
  let pairs: readonly Pair[] = [];
  let iteration = 0;
  while (iteration < iterations && here.gradient.some((g) => Math.abs(g) > tolerance)) {
    const found = iterate(counted, here, pairs, lineSearch);
    if (!found) break;
    here = found.next;
    if (found.pair) pairs = [...pairs, found.pair].slice(-history);
    iteration++;
    if (onIteration?.({ iteration, value: here.value, x: here.x }) === true) break;
  }
  return { x: here.x, value: here.value, iterations: iteration, evaluations };
}
