// L-BFGS as an optimiser of `fit`: each step is one iteration with its line search over the whole batch.
import { engine, type Stepper, stepperState, type Tensor1D, type Variable } from "../tensor/index.js";
import { type Iterate, iterate, type Objective, type Pair } from "./lbfgs.js";
import type { Optimizer } from "./optimizers.js";
import { constant } from "./schedules.js";

/** A stepper that asks for loss and gradient where it likes. */
export interface Searcher extends Stepper {
  /** One iteration: assigns the weights. @param f Loss and gradient of weights. @param here Both at the weights now. */
  search(f: Objective, here: Omit<Iterate, "x">): void;
  /** What the next step depends on besides the weights. */
  save(): Map<string, Float32Array>;
  load(vectors: ReadonlyMap<string, Float32Array>): void;
}

export const isSearcher = (stepper: Stepper): stepper is Searcher => "search" in stepper;

/** L-BFGS with a strong-Wolfe line search, for `fit` on all samples at once: there `batchSize` is the number of samples, a step takes one
 *  evaluation and those of its line search (1 to 3, seldom more), and the learning rate is not used.
 *
 *  @param options.history Pairs kept, default 10: twice that many vectors of all weights in float64.
 *  @param options.lineSearch Evaluations of a line search at most, default 25.
 *  @see Nocedal and Wright (2006), algorithms 7.4, 3.5, 3.6. */
export function fullBatchLbfgs({
  history = 10,
  lineSearch = 25,
}: {
  readonly history?: number;
  readonly lineSearch?: number;
} = {}): Optimizer {
  return {
    name: `lbfgs ${history} ${lineSearch}`,
    rate: constant(1),
    isFullBatch: true,
    start: (initial) => searcher(initial, history, lineSearch),
  };
}

function searcher(initial: Tensor1D, history: number, lineSearch: number): Searcher {
  const state = stepperState(initial, []);
  const weights = state.get("weights") as Variable;
  let pairs: readonly Pair[] = [];
  return {
    state,
    scalars: () => [],
    step: () => {
      throw new Error("fullBatchLbfgs: a step must be a search, got a gradient");
    },
    search(f, here) {
      const x = Float64Array.from(weights.dataSync());
      const found = iterate(f, { x, ...here }, pairs, lineSearch);
      // nothing lower along this direction: begin again with the gradient's
      pairs = found ? [...pairs, ...(found.pair ? [found.pair] : [])].slice(-history) : [];
      if (!found) return;
      const t = engine().tf.tensor1d(Float32Array.from(found.next.x));
      weights.assign(t);
      t.dispose();
    },
    save: () =>
      new Map(
        pairs.flatMap(({ s, y }, i) => [
          [`s ${i}`, bits(s)],
          [`y ${i}`, bits(y)],
        ]),
      ),
    load(vectors) {
      const count = [...vectors.keys()].filter((name) => name.startsWith("s ")).length;
      const pick = (name: string) => new Float64Array(vectors.get(name)!.slice().buffer);
      pairs = Array.from({ length: count }, (_, i) => ({ s: pick(`s ${i}`), y: pick(`y ${i}`) }));
    },
    dispose: () => weights.dispose(),
  };
}

/** The bytes of float64 numbers under the name of float32, for a file of float32 vectors. */
const bits = (x: Float64Array): Float32Array => new Float32Array(x.slice().buffer);
