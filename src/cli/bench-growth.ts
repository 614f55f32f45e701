// geodl bench growth: what a simulation costs against the size of its grid and the number of its steps.

import { lines } from "../show/index.js";
import { ricker } from "../signal/index.js";
import { acoustic } from "../wave/index.js";

/** One measurement. */
export interface Growth {
  readonly cells: number;
  readonly steps: number;
  /** CPU seconds, the least of three runs. */
  readonly seconds: number;
}

/** CPU time of one shot on n x n cells, 20 cells of layer a side, order 4, one thread; sources in the corners, so that all of it is stepped from the start. */
function measure(n: number, steps: number): Growth {
  const model = { data: new Float32Array(n * n).fill(2000), shape: [n, n] };
  const wavelet = ricker(30, steps, 0.001);
  const sources = [0, n - 1].flatMap((z) => [0, n - 1].map((x) => [z, x] as const));
  const shots = [{ sources, wavelet, receivers: [[1, n >> 1] as const] }];
  let seconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const before = process.cpuUsage();
    acoustic(model, { spacing: 4, dt: 0.001, shots, threads: 1 });
    const { user, system } = process.cpuUsage(before);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  return { cells: (n + 40) ** 2, steps, seconds };
}

/** Slope of log y over log x. */
function slope(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [x.map(Math.log), y.map(Math.log)];
  const mean = (v: readonly number[]) => v.reduce((sum, e) => sum + e, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  const top = a.reduce((sum, v, i) => sum + (v - ma) * (b[i]! - mb), 0);
  return top / a.reduce((sum, v) => sum + (v - ma) ** 2, 0);
}

/** Measures, prints a line each, and the exponents; 1 is linear.
 *
 *  @param note Takes each measurement.
 *  @returns A figure of both. */
export function growth(note: (result: object) => void) {
  measure(88, 300); // the loops are compiled on the way
  const say = (m: Growth): Growth => {
    const each = (1e9 * m.seconds) / (m.cells * m.steps);
    console.log(
      `${String(m.cells).padStart(8)} cells ${String(m.steps).padStart(6)} steps ${m.seconds.toFixed(3).padStart(8)} s ${each.toFixed(3)} ns a cell and step`,
    );
    note({ name: "growth", ...m });
    return m;
  };
  const bySize = [152, 216, 280, 472, 728].map((n) => say(measure(n, 600)));
  const byTime = [300, 600, 1200, 2400].map((steps) => say(measure(152, steps)));
  const exponents = [
    slope(
      bySize.map((m) => m.cells),
      bySize.map((m) => m.seconds),
    ),
    slope(
      byTime.map((m) => m.steps),
      byTime.map((m) => m.seconds),
    ),
  ];
  console.log(`cost ~ cells^${exponents[0]!.toFixed(2)}, ~ steps^${exponents[1]!.toFixed(2)}`);
  note({ name: "growth", exponents });
  const relative = (all: readonly Growth[], size: (m: Growth) => number, name: string) => ({
    name,
    x: all.map((m) => size(m) / size(all[0]!)),
    y: all.map((m) => m.seconds / all[0]!.seconds),
    kind: "line and points" as const,
  });
  return lines([relative(bySize, (m) => m.cells, "cells"), relative(byTime, (m) => m.steps, "steps")], {
    title: "Cost of a simulation",
    xLabel: "times as many",
    yLabel: "times the CPU time",
    log: "xy",
  });
}
