// What the cases share: runs that are timed as test/peers/bench.py times its own, and the result as one JSON line.
import { nn, tensor } from "geodl";

/** What a case says about itself. */
export interface Case {
  readonly name: string;
  readonly workload: string;
  /** The peer's name where it is another, e.g. "ksvd/numpy". */
  readonly peer?: string;
  /** Amount of work of one run, in the unit's first word; for the unit "s" there is none, and less is better. */
  readonly amount?: number;
  readonly unit: string;
  /** false: TensorFlow is not loaded, so that the memory is the case's own. Default true. */
  readonly usesTensors?: boolean;
  /** Makes the run; called once, not timed. */
  prepare(): Promise<() => void | Promise<void>>;
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

/** Runs a case: two warm-ups, then up to `repeats` runs within `budget` seconds; the least wall time counts. */
export async function measure(c: Case, repeats: number, budget: number): Promise<Result> {
  const versions: Record<string, string> = { node: process.versions.node };
  let threads = Number(process.env.OMP_NUM_THREADS ?? 1);
  if (c.usesTensors !== false) {
    const ready = await tensor.ready();
    threads = ready.threads;
    Object.assign(versions, { tensorflow: ready.version, backend: ready.backend });
  }
  const run = await c.prepare();
  await run();
  await run();
  const walls: number[] = [];
  let cpu = Number.POSITIVE_INFINITY;
  let cores = 0;
  const started = performance.now();
  while (walls.length < repeats) {
    const before = process.cpuUsage();
    const t = performance.now();
    await run();
    const wall = (performance.now() - t) / 1000;
    const used = process.cpuUsage(before);
    const spent = (used.user + used.system) / 1e6;
    if (wall < Math.min(...walls, Number.POSITIVE_INFINITY)) cores = spent / wall;
    cpu = Math.min(cpu, spent);
    walls.push(wall);
    if ((performance.now() - started) / 1000 + wall > budget) break;
  }
  walls.sort((a, b) => a - b);
  const best = walls[0]!;
  return {
    name: c.name,
    workload: c.workload,
    value: digits(c.amount === undefined ? best : c.amount / best),
    value_by_cpu: digits(c.amount === undefined ? cpu : c.amount / cpu),
    unit: c.unit,
    higher_is_better: c.amount !== undefined,
    peer: c.peer ?? c.name,
    threads,
    best_s: digits(best),
    median_s: digits(walls[walls.length >> 1]!),
    cpu_s: digits(cpu),
    cores: digits(cores, 3),
    runs: walls.length,
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
): Promise<() => void> {
  const { tf } = tensor.engine();
  const trainer = new nn.Trainer(model, { loss });
  const input = tf.randomNormal([...x], 0, 1, "float32", 1);
  const goal = tf.tidy(() => target(tf.randomUniform([...y], 0, 1, "float32", 2)));
  return () => void trainer.step(input, goal, 1e-3);
}

/** One forward pass in evaluation mode, the output read. */
export async function inference(model: nn.Model, x: readonly number[]): Promise<() => void> {
  const { tf } = tensor.engine();
  const input = tf.randomNormal([...x], 0, 1, "float32", 1);
  return () => {
    const out = nn.predict(model, input);
    out.dataSync();
    out.dispose();
  };
}
