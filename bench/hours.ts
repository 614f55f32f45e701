// Three traces of an hour, as the peers' signal cases have them, and what these cases share.
import { rng } from "geodl/core";
import type { Case } from "./harness.js";

const n = 360_000;

/** A case that does one thing to each of three traces of float64 noise, NumPy's default_rng(1).standard_normal((3, 360000)).
 *  @param operate What is timed. @param sample Numbers of the first trace's answer. */
export function hoursCase<T>(
  work: Pick<Case, "name" | "peer" | "workload">,
  operate: (trace: Float64Array) => T,
  sample: (answer: T) => ArrayLike<number>,
): Case {
  return {
    ...work,
    amount: (3 * n) / 1e6,
    unit: "Msamples/s",
    usesTensors: false,
    async prepare() {
      const all = rng.numpy(1).standardNormal([3, n]);
      const traces = [0, 1, 2].map((k) => all.subarray(k * n, (k + 1) * n));
      return {
        inputs: [Float32Array.from(all)], // two numbers of the tail differ in their last bit, see rng.numpy
        run: () => traces.map(operate),
        output: () => sample(operate(traces[0]!)),
      };
    },
  };
}

/** Every 360th number. */
export const sparse = (x: Float64Array): Float64Array => x.filter((_, i) => i % 360 === 0);
