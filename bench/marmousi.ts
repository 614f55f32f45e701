// The shots that the peers' acoustic cases use: Marmousi, 117 x 567 cells of 30 m, sources along row 1, a receiver in every column of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signal, type wave } from "geodl";
import type { Case } from "./harness.js";

const [rows, columns, steps] = [117, 567, 1000];

/** Velocities, m/s. */
function model(): wave.Model {
  const folder = process.env.GEODL_DATA;
  if (!folder) throw new Error("marmousi: the case needs GEODL_DATA, a folder with velocity/siamesefwi");
  const file = readFileSync(join(folder, "velocity", "siamesefwi", "mar_big_117_567.bin"));
  const raw = new Float32Array(new Uint8Array(file).buffer);
  const data = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [z, x] = [Math.floor(i / columns), i % columns];
    return raw[x * rows + z]!;
  });
  return { data, shape: [rows, columns] };
}

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
    async prepare() {
      const velocity = model();
      const wavelet = signal.ricker(5, steps, 0.002);
      const receivers = Array.from({ length: columns }, (_, x) => [1, x] as const);
      const simulation = {
        spacing: 30,
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
      return () => use(velocity, simulation);
    },
  };
}
