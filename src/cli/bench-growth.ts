// geodl bench growth: what work costs against its size, as an exponent; 1 is linear.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { lines } from "../show/index.js";
import { student } from "./bench-compare.js";
import { type Axis, axes, sizeOf } from "./growth-axes.js";

const script = fileURLToPath(new URL("./growth-point.js", import.meta.url));

interface Point {
  readonly n: number;
  /** CPU seconds, one thread, the least of three runs. */
  readonly seconds: number;
  /** Peak of the process, MB. */
  readonly memory: number;
}

/** Exponents of an axis. */
export interface Growth {
  readonly axis: string;
  readonly unit: string;
  readonly points: readonly Point[];
  /** Cost ~ size^exponent, with its 95 % interval. */
  readonly exponent: number;
  readonly low: number;
  readonly high: number;
  /** Memory of the largest less that of the smallest, MB. */
  readonly more: number;
  /** Whether exponent and memory are what they should be. */
  readonly isSound: boolean;
}

/** Slope of log y over log x by least squares, with half the width of its 95 % interval. */
export function exponent(
  x: readonly number[],
  y: readonly number[],
): { readonly slope: number; readonly half: number } {
  const [a, b] = [x.map(Math.log), y.map(Math.log)];
  const mean = (v: readonly number[]) => v.reduce((sum, e) => sum + e, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sxx = a.reduce((sum, v) => sum + (v - ma) ** 2, 0);
  const slope = a.reduce((sum, v, i) => sum + (v - ma) * (b[i]! - mb), 0) / sxx;
  const rest = b.reduce((sum, v, i) => sum + (v - mb - slope * (a[i]! - ma)) ** 2, 0);
  const degrees = x.length - 2;
  return { slope, half: student[degrees - 1]! * Math.sqrt(rest / degrees / sxx) };
}

/** Measures an axis, each size in a process of its own. */
export function measure(axis: Axis): Growth {
  const points = axis.sizes.map((n): Point => {
    const env = { ...process.env, TF_NUM_INTRAOP_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "2" };
    const out = execFileSync(process.execPath, [script, axis.name, String(n)], {
      encoding: "utf8",
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return { n, ...(JSON.parse(out.trim().split("\n").at(-1)!) as Omit<Point, "n">) };
  });
  const { slope, half } = exponent(
    points.map(({ n }) => sizeOf(axis, n)),
    points.map(({ seconds }) => seconds),
  );
  const more = points.at(-1)!.memory - points[0]!.memory;
  const isSound =
    slope + half >= axis.time[0] &&
    slope - half <= axis.time[1] &&
    (axis.memory === undefined || more <= axis.memory);
  return {
    axis: axis.name,
    unit: axis.unit,
    points,
    exponent: slope,
    low: slope - half,
    high: slope + half,
    more,
    isSound,
  };
}

/** Measures and prints all of them.
 *
 *  @param note Takes each result.
 *  @returns A figure of all. */
export function growth(note: (result: Growth) => void) {
  const all = axes.map((axis) => {
    const result = measure(axis);
    const { points, low, high, more, isSound } = result;
    const each = points.map(({ n, seconds }) => `${n}: ${seconds.toPrecision(3)} s`).join(", ");
    console.log(
      `${axis.name.padEnd(22)} size^${result.exponent.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]  memory ${more < 0 ? "" : "+"}${more.toFixed(0)} MB  (${each})${isSound ? "" : "  NOT as it should be"}`,
    );
    note(result);
    return result;
  });
  return lines(
    all.map(({ axis, points }, i) => ({
      name: axis,
      x: points.map(({ n }) => sizeOf(axes[i]!, n) / sizeOf(axes[i]!, points[0]!.n)),
      y: points.map(({ seconds }) => seconds / points[0]!.seconds),
      kind: "line and points" as const,
    })),
    { title: "Cost against size", xLabel: "times as large", yLabel: "times the CPU time", log: "xy" },
  );
}
