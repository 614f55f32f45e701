// Velocity models for full-waveform inversion.
import { readFileSync } from "node:fs";
import type { Grid } from "../core/index.js";
import { readMat } from "../formats/index.js";
import { find } from "./find.js";

const [rows, columns] = [117, 567];

/** Every `step`-th cell both ways. */
function thinned(at: (z: number, x: number) => number, step: number): Grid {
  const [nz, nx] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const data = Float32Array.from({ length: nz * nx }, (_, i) =>
    at(step * Math.floor(i / nx), step * (i % nx)),
  );
  return { data, shape: [nz, nx] };
}

/** The Marmousi model and a smooth one to start from, P velocity, m/s; the first 450 m are water.
 *
 *  @param step Takes every so many cells: spacing 30 m times it. Default 1: [117, 567].
 *  @returns Both as [nz, nx], and the spacing, m.
 *  @throws RangeError for a step that is no whole number in 1 .. 8; Error with both cures where the files are not on this machine. */
export function marmousi(step = 1): {
  readonly truth: Grid;
  readonly initial: Grid;
  readonly spacing: number;
} {
  if (!Number.isInteger(step) || step < 1 || step > 8)
    throw new RangeError(`data.velocity.marmousi: the step must be a whole number in 1 .. 8, got ${step}`);
  const bytes = readFileSync(find("velocity/siamesefwi/mar_big_117_567.bin"));
  if (bytes.length !== 4 * rows * columns)
    throw new Error(
      `data.velocity: mar_big_117_567.bin must hold ${rows * columns} float32, got ${bytes.length} bytes`,
    );
  const start = readMat(readFileSync(find("velocity/siamesefwi/mar_big_initmodel.mat"))).get("initmodel");
  const numbers = start && "data" in start ? (start.data as Float32Array) : undefined;
  if (numbers?.length !== rows * columns)
    throw new Error(
      `data.velocity: mar_big_initmodel.mat must hold initmodel of ${rows} x ${columns}, got another`,
    );
  return {
    // column by column in the file
    truth: thinned((z, x) => bytes.readFloatLE(4 * (x * rows + z)), step),
    initial: thinned((z, x) => numbers[z * columns + x]!, step),
    spacing: 30 * step,
  };
}

/** The Marmousi2 model and a smooth one to start from; the first twelve rows are the same in both (water and the sea floor).
 *
 *  @returns P velocity, m/s, and density, kg/m3, of the model, the start's velocity, [68, 202]; the spacing, m.
 *  @throws Error with both cures where the files are not on this machine.
 *  @see Martin, Wiley and Marfurt (2006), doi:10.1190/1.2172306. */
export function marmousi2(): {
  readonly truth: Grid;
  readonly density: Grid;
  readonly initial: Grid;
  readonly spacing: number;
} {
  const read = (file: string, name: string): Grid => {
    const value = readMat(readFileSync(find(`velocity/adseismic/${file}`))).get(name);
    if (!(value && "data" in value && value.shape.length === 2))
      throw new Error(`data.velocity: ${file} must hold ${name}, got none`);
    const [nx, nz] = value.shape as [number, number];
    // column by column in the file
    const data = Float32Array.from({ length: nz * nx }, (_, i) =>
      Number(value.data[(i % nx) * nz + Math.floor(i / nx)]!),
    );
    return { data, shape: [nz, nx] };
  };
  return {
    truth: read("marmousi2-model-true.mat", "vp"),
    density: read("marmousi2-model-true.mat", "rho"),
    initial: read("marmousi2-model-smooth.mat", "vp"),
    spacing: 470 / 9,
  };
}
