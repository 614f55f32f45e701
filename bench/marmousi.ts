// The shots that the peers' acoustic cases use: Marmousi, 117 x 567 cells of 30 m, sources along row 1, a receiver in every column of it.
import { data, signal, type wave } from "geodl";
import type { Case } from "./harness.js";

const [rows, columns, steps] = [117, 567, 1000];

/** A case of one of the peers' names: its work with `shots` shots at `order`, done by `use`. */
export function acousticCase(
  name: string,
  order: 4 | 8,
  shots: number,
  what: string,
  peer: string,
  use: (model: wave.Model, simulation: wave.Simulation) => void,
): Case {
  return {
    name,
    peer,
    workload:
      `2-D marmousi ${rows}x${columns}, 30 m, dt 0.002 s, ${steps} steps, space order ${order}, ${shots} shot(s), PML 20 a side, ` +
      `${columns} receivers a shot, float32; points counted without PML${what}`,
    amount: (rows * columns * steps * shots) / 1e6,
    unit: "Mpoint*steps/s",
    usesTensors: false,
    async prepare() {
      const { truth: velocity, spacing } = data.velocity.marmousi();
      const wavelet = signal.ricker(5, steps, 0.002);
      const receivers = Array.from({ length: columns }, (_, x) => [1, x] as const);
      const simulation = {
        spacing,
        dt: 0.002,
        order,
        frequency: 5,
        threads: Number(process.env.OMP_NUM_THREADS ?? 1),
        shots: Array.from({ length: shots }, (_, i) => ({
          sources: [[1, Math.trunc(((i + 1) * (columns - 1)) / (shots + 1))] as const],
          wavelet,
          receivers,
        })),
      };
      return { run: () => use(velocity, simulation) };
    },
  };
}
