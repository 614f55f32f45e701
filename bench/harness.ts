// What the cases share: runs that are timed as test/peers/bench.py times its own, and the result as one JSON line.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { nn, tensor } from "geodl";

/** What a case says about itself. */
export interface Case {
  readonly name: string;
  readonly workload: string;
  /** The peer's name where it is another, e.g. "ksvd/numpy"; "" where there is none. */
  readonly peer?: string;
  /** Amount of work of one run, in the unit's first word; for the units "s" and "ms" there is none, and less is better. */
  readonly amount?: number;
  readonly unit: string;
  /** false: TensorFlow is not loaded, so that the memory is the case's own. Default true. */
  readonly usesTensors?: boolean;
  /** true: each run is timed in a process of its own, for work that is done once in a process. */
  readonly isFresh?: boolean;
  /** true: the work is done by other processes, whose CPU time is not known here: wall time stands for it. */
  readonly isElsewhere?: boolean;
  /** Makes the run; called once, not timed. */
  prepare(): Promise<Prepared>;
}

/** A case that is ready to run. */
export interface Prepared {
  /** What is timed. */
  run(): unknown;
  /** What the work is done on: a file, or arrays. Its checksum is compared with the peer's. */
  readonly inputs?: string | readonly ArrayBufferView[];
  /** Some numbers of the result, those that test/peers/outputs.py gives. */
  output?(): ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** The result of a case, with the names that the peers' bench uses. */
export interface Result {
  readonly name: string;
  readonly workload: string;
  readonly value: number;
  readonly value_by_cpu: number;
  readonly unit: string;
  readonly higher_is_better: boolean;
  /** Name of the peer's case. */
  readonly peer: string;
  readonly threads: number;
  readonly best_s: number;
  readonly median_s: number;
  readonly cpu_s: number;
  readonly cores: number;
  readonly runs: number;
  readonly peak_rss_mb: number;
  readonly versions: Readonly<Record<string, string>>;
}

const digits = (x: number, n = 5): number => Number(x.toPrecision(n));

/** What a run took, s. */
export interface Took {
  readonly wall: number;
  readonly cpu: number;
}

/** Runs a case once and takes the time. */
export async function timed(run: () => unknown): Promise<Took> {
  const before = process.cpuUsage();
  const t = performance.now();
  await run();
  const wall = (performance.now() - t) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1e6 };
}

/** SHA-256 of what a case works on. */
export function checksum(inputs: Prepared["inputs"]): string | undefined {
  if (inputs === undefined) return undefined;
  const hash = createHash("sha256");
  if (typeof inputs === "string") hash.update(readFileSync(inputs));
  else for (const part of inputs) hash.update(part as NodeJS.ArrayBufferView);
  return hash.digest("hex");
}

/** Runs a case: two warm-ups, then up to `repeats` runs within `budget` seconds; the least wall time counts.
 *  @param fresh Times a run in a process of its own, for cases that ask for it. */
export async function measure(c: Case, repeats: number, budget: number, fresh: () => Took): Promise<Result> {
  const versions: Record<string, string> = { node: process.versions.node };
  let threads = Number(process.env.OMP_NUM_THREADS ?? 1);
  if (c.usesTensors !== false) {
    const ready = await tensor.ready();
    threads = ready.threads;
    Object.assign(versions, { tensorflow: ready.version, backend: ready.backend });
  }
  const { run } = await c.prepare();
  if (!c.isFresh) for (let i = 0; i < 2; i++) await run();
  const all: Took[] = [];
  const started = performance.now();
  while (all.length < repeats) {
    const took = c.isFresh ? fresh() : await timed(run);
    all.push(took);
    if ((performance.now() - started) / 1000 + took.wall > budget) break;
  }
  all.sort((a, b) => a.wall - b.wall);
  const best = all[0]!;
  const cpu = c.isElsewhere ? best.wall : Math.min(...all.map((took) => took.cpu));
  const scale = c.unit === "ms" ? 1000 : 1;
  return {
    name: c.name,
    workload: c.workload,
    value: digits(c.amount === undefined ? scale * best.wall : c.amount / best.wall),
    value_by_cpu: digits(c.amount === undefined ? scale * cpu : c.amount / cpu),
    unit: c.unit,
    higher_is_better: c.amount !== undefined,
    peer: c.peer ?? c.name,
    threads,
    best_s: digits(best.wall),
    median_s: digits(all[all.length >> 1]!.wall),
    cpu_s: digits(cpu),
    cores: c.isElsewhere ? 1 : digits(best.cpu / best.wall, 3),
    runs: all.length,
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    versions,
  };
}

/** One optimiser step of a network on a fixed batch: forward, loss, backward, Adam, the loss read. */
export async function training(
  model: nn.Model,
  x: readonly number[],
  y: readonly number[],
  loss: nn.Loss,
  target: (t: tensor.Tensor) => tensor.Tensor = (t) => t,
): Promise<Prepared> {
  const { tf } = tensor.engine();
  const trainer = new nn.Trainer(model, { loss });
  const input = tf.randomNormal([...x], 0, 1, "float32", 1);
  const goal = tf.tidy(() => target(tf.randomUniform([...y], 0, 1, "float32", 2)));
  return { run: () => trainer.step(input, goal, 1e-3) };
}

/** One forward pass in evaluation mode, the output read. */
export async function inference(model: nn.Model, x: readonly number[]): Promise<Prepared> {
  const { tf } = tensor.engine();
  const input = tf.randomNormal([...x], 0, 1, "float32", 1);
  return {
    run: () => {
      const out = nn.predict(model, input);
      out.dataSync();
      out.dispose();
    },
  };
}
