// The wave propagation data of PROTOCOLS 3a and their like, by our own solver.
import { solverPropagator, type WaveCase } from "../../apply/index.js";
import { type Grid, rng } from "../../core/index.js";
import { randomMedium } from "../../wave/index.js";

/** Which media. */
export interface WaveSet {
  /** Default 0. */
  readonly seed?: number;
  /** Correlation length, m. Default 1600. */
  readonly correlation?: number;
  /** Standard deviation, m/s. Default 150. */
  readonly deviation?: number;
  /** Default "vonKarman", exponent 0.5. */
  readonly kind?: "vonKarman" | "gaussian";
  /** Least distance of a source from the edges, cells of 160 m. Default 8. */
  readonly margin?: number;
  /** Cells a side; the same 10.24 km. Default 64. */
  readonly cells?: number;
}

/** Side of the models, cells. */
export const side = 64;

/** Models and sources in the protocol's order of draws: all fields, then all sources; `rng.numpy` gives peers/make_waves.py's.
 *
 *  @param count Samples: another number gives other sources.
 *  @param set See WaveSet.
 *  @returns Models [cells, cells], m/s, with sources. */
export function waveCases(count: number, set: WaveSet = {}): WaveCase[] {
  const { seed = 0, correlation = 1600, deviation = 150, kind = "vonKarman", margin = 8, cells = side } = set;
  const generator = rng.numpy(seed);
  const medium = { kind, spacing: (160 * side) / cells, correlation, mean: 3000, deviation } as const;
  const models = Array.from({ length: count }, () => randomMedium(generator, [cells, cells], medium));
  const rim = Math.round((margin * cells) / side);
  const sources = generator.integers(rim, cells - rim, [count, 2]);
  return models.map((model, i) => ({ model, source: [sources[2 * i]!, sources[2 * i + 1]!] }));
}

/** Models propagated at once: the layers' damping follows the fastest velocity among them. */
const batch = 25;

/** The solver's snapshots of cases, in batches of 25.
 *  @returns Each [16, N, N]. */
export function* solvedWaves(cases: readonly WaveCase[]): Generator<Grid> {
  for (let i = 0; i < cases.length; i += batch) yield* solverPropagator.run(cases.slice(i, i + batch));
}
