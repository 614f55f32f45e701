// A case beside its peer: outputs held beside each other first, then turns of both until the ratio is known well enough.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./paths.js";

/** What a side says of one turn; its JSON line has more. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly value_by_cpu: number;
  readonly unit: string;
  readonly higher_is_better: boolean;
  readonly cores: number;
  readonly peak_rss_mb: number;
  readonly versions: Readonly<Record<string, string | null>>;
  /** Ours only: the peer's case, "" where there is none. */
  readonly peer?: string;
}

/** How much is measured. */
export interface Effort {
  readonly threads: number;
  /** Runs a turn at most. */
  readonly repeats: number;
  /** Seconds of runs a turn. */
  readonly budget: number;
  /** Seconds a case after which no new turn begins. */
  readonly limit: number;
}

/** A case with its figures; ratio above 1 where ours is better. */
export interface Compared {
  readonly case: string;
  readonly ours: number;
  readonly peer?: number;
  readonly unit: string;
  readonly ratio?: number;
  /** 95 % interval of the ratio over turns; absent with one turn. */
  readonly low?: number;
  readonly high?: number;
  readonly threads: number;
  /** Peak memory, MB: ours, then the peer's. */
  readonly memory: readonly number[];
  /** Cores kept busy: ours, then the peer's. */
  readonly cores: readonly number[];
  readonly turns: number;
  /** Largest difference of the outputs over the largest output; absent where they are not compared here. */
  readonly difference?: number;
  readonly versions: readonly Result["versions"][];
}

const script = fileURLToPath(new URL("./bench-case.js", import.meta.url));
/** The peers' interpreter. */
export const python = join(root, ".venv-peers", "bin", "python");
const widest = 0.05; // of the ratio, to either side
/** Student's t, 97.5 %, of 1 to 11 degrees of freedom. */
export const student = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201];
const mostTurns = student.length + 1;

/** Runs a program and reads the JSON line that it prints. */
function jsonLine(command: string, args: readonly string[], threads: number): Promise<unknown> {
  const count = String(threads);
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: count, OMP_NUM_THREADS: count };
  const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let error = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (error += text.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      const line = out.split("\n").find((text) => text.startsWith("{"));
      if (status === 0 && line) resolve(JSON.parse(line));
      else
        reject(
          new Error(
            `${args.join(" ")} must print a result, got ${error.trim().split("\n").at(-1) ?? status}`,
          ),
        );
    });
  });
}

const ours = (name: string, effort: Effort) =>
  jsonLine(
    process.execPath,
    [script, name, "measure", `${effort.repeats}`, `${effort.budget}`],
    effort.threads,
  ) as Promise<Result>;

const theirs = (peer: string, { threads, repeats, budget }: Effort) =>
  jsonLine(
    python,
    ["test/peers/bench.py", peer, `--threads=${threads}`, `--repeats=${repeats}`, `--budget=${budget}`],
    threads,
  ) as Promise<Result>;

/** Holds inputs and outputs beside the peer's.
 *  @returns The difference, undefined for cases without (networks of random weights: golden files hold those).
 *  @throws Error where the inputs are not the same, or the outputs differ by more than 1e-3 of the largest. */
async function difference(name: string, peer: string, threads: number): Promise<number | undefined> {
  interface Sample {
    readonly inputs?: string;
    readonly output?: readonly number[];
  }
  const mine = (await jsonLine(process.execPath, [script, name, "output"], threads)) as Sample;
  if (!mine.output) return undefined;
  const other = (await jsonLine(
    python,
    ["test/peers/outputs.py", peer, `--threads=${threads}`],
    threads,
  )) as Sample;
  if (mine.inputs !== other.inputs)
    throw new Error(`${name}: both must work on the same inputs, got ${mine.inputs} and ${other.inputs}`);
  const size = Math.max(...other.output!.map(Math.abs));
  const apart = Math.max(...mine.output.map((v, i) => Math.abs(v - other.output![i]!))) / size;
  if (!(apart <= 1e-3) || mine.output.length !== other.output!.length)
    throw new Error(`${name}: outputs must agree to 1e-3, got ${apart}`);
  return apart;
}

/** Ratio of ours to theirs, above 1 where ours is better; of one thread by CPU time, which other work disturbs least. */
function ratioOf(a: Result, b: Result, threads: number): number {
  const field = threads === 1 ? "value_by_cpu" : "value";
  return a.higher_is_better ? a[field] / b[field] : b[field] / a[field];
}

/** Mean of the logarithms, and half the width of its 95 % interval. */
function spread(logs: readonly number[]): { readonly mean: number; readonly half: number } {
  const n = logs.length;
  const mean = logs.reduce((sum, v) => sum + v, 0) / n;
  if (n < 2) return { mean, half: Number.POSITIVE_INFINITY };
  const variance = logs.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  return { mean, half: student[n - 2]! * Math.sqrt(variance / n) };
}

const digits = (x: number): number => Number(x.toPrecision(4));

/** One side alone. */
export async function alone(name: string, effort: Effort): Promise<Compared> {
  return single(name, await ours(name, effort), effort);
}

function single(name: string, a: Result, effort: Effort): Compared {
  return {
    case: name,
    ours: effort.threads === 1 ? a.value_by_cpu : a.value,
    unit: a.unit,
    threads: effort.threads,
    memory: [a.peak_rss_mb],
    cores: [a.cores],
    turns: 1,
    versions: [a.versions],
  };
}

/** Both sides in turn, at least three turns, until the interval of the ratio is within 5 % or the limit is reached. */
export async function beside(name: string, effort: Effort): Promise<Compared> {
  const started = performance.now();
  const turns: [Result, Result][] = [];
  let apart: number | undefined;
  let known = spread([0]);
  while (turns.length < mostTurns) {
    const a = await ours(name, effort);
    if (a.peer === "") return single(name, a, effort);
    if (turns.length === 0) apart = await difference(name, a.peer ?? name, effort.threads);
    turns.push([a, await theirs(a.peer ?? name, effort)]);
    known = spread(turns.map(([x, y]) => Math.log(ratioOf(x, y, effort.threads))));
    if (turns.length >= 3 && Math.expm1(known.half) <= widest) break;
    if ((performance.now() - started) / 1000 > effort.limit) break;
  }
  const sides = [0, 1].map((k) => turns.map((turn) => turn[k]!)) as [Result[], Result[]];
  const best = (all: readonly Result[]) => {
    const values = all.map((r) => (effort.threads === 1 ? r.value_by_cpu : r.value));
    return all[0]!.higher_is_better ? Math.max(...values) : Math.min(...values);
  };
  return {
    case: name,
    ours: best(sides[0]),
    peer: best(sides[1]),
    unit: sides[0][0]!.unit,
    ratio: digits(Math.exp(known.mean)),
    ...(turns.length > 1
      ? { low: digits(Math.exp(known.mean - known.half)), high: digits(Math.exp(known.mean + known.half)) }
      : {}),
    threads: effort.threads,
    memory: sides.map((all) => Math.max(...all.map((r) => r.peak_rss_mb))),
    cores: sides.map((all) => Math.max(...all.map((r) => r.cores))),
    turns: turns.length,
    ...(apart === undefined ? {} : { difference: Number(apart.toPrecision(2)) }),
    versions: sides.map((all) => all[0]!.versions),
  };
}
