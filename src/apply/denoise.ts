// Denoising of sections of any size.
import type { Grid } from "../core/index.js";
import { averaged, type Denoiser } from "./denoiser.js";
import { soundTraces } from "./faults.js";
import { estimateNoise } from "./noise.js";
import { type Block, type Columns, columnsOf, inPieces, inStrips } from "./strips.js";

export interface DenoiseOptions {
  /** Standard deviation of the noise in the data's units, > 0. Default: estimated from the section's finest details. */
  readonly sigma?: number;
  /** Averages eight runs, over flips and signs: eight times the work, some tenths of a dB. Default false. */
  readonly flips?: boolean;
  /** Ends the work with an error. */
  readonly signal?: AbortSignal;
  /** Called after each piece with the share that is done, 0 .. 1. */
  readonly onReport?: (share: number) => void;
}

/** A denoised section. */
export interface Denoised {
  readonly section: Grid;
  /** What was given or estimated. */
  readonly sigma: number;
  /** Numbers of the traces that are as they were: dead, or with samples that are not finite. */
  readonly faulty: Int32Array;
}

/** What `denoiseColumns` makes: blocks of columns, and facts that are whole after the last block. */
export interface DenoiseRun {
  readonly sigma: number;
  readonly faulty: readonly number[];
  readonly blocks: AsyncGenerator<Block, void>;
}

/** Denoises a section block by block; memory holds two strips of some hundred traces, whatever the section's size.
 *
 *  @param source The section.
 *  @param denoiser Of `loadDenoiser`.
 *  @param options Noise, flips.
 *  @returns Blocks from left to right, and the noise and faulty traces; those are left as they are.
 *  @throws RangeError unless sigma > 0; Error where it has to be estimated and there is no noise. */
export function denoiseColumns(
  source: Columns,
  denoiser: Denoiser,
  options: DenoiseOptions = {},
): DenoiseRun {
  const { flips = false, signal, onReport } = options;
  const sigma = options.sigma ?? estimateNoise(source);
  if (!(sigma > 0 && Number.isFinite(sigma)))
    throw new RangeError(`denoise: sigma must be > 0, got ${sigma}`);
  const { tiling, run } = flips ? averaged(denoiser) : denoiser;
  const found = new Set<number>();
  const faulty: number[] = [];
  const solve = async (strip: Grid, first: number): Promise<Grid> => {
    const { section, faulty: here } = soundTraces(strip);
    for (const x of here)
      if (!found.has(first + x)) {
        found.add(first + x);
        faulty.push(first + x);
      }
    if (!section) return strip;
    const width = section.shape[1]!;
    let rows = 0;
    return inPieces(section, tiling, async (piece) => {
      await new Promise((resolve) => setImmediate(resolve)); // so that Ctrl-C is heard
      if (signal?.aborted) throw new Error("denoise: interrupted");
      const out = run(piece, sigma);
      rows += piece.shape[0]!;
      onReport?.(Math.min(1, (first + width * Math.min(1, rows / source.nt)) / source.nx));
      return out;
    });
  };
  async function* blocks(): AsyncGenerator<Block, void> {
    for await (const { from, section } of inStrips(source, tiling, solve)) {
      const [nt, n] = section.shape as [number, number];
      for (let x = 0; x < n; x++) {
        if (!found.has(from + x)) continue;
        const old = source.read(from + x, from + x + 1).data;
        for (let t = 0; t < nt; t++) section.data[t * n + x] = old[t]!;
      }
      yield { from, section };
    }
  }
  return { sigma, faulty, blocks: blocks() };
}

/** Denoises a section in memory.
 *
 *  @param section [nt, nx]; unchanged.
 *  @param denoiser Of `loadDenoiser`.
 *  @param options Noise, flips.
 *  @returns The new section, the noise's standard deviation, and the traces that were left as they are.
 *  @throws As `denoiseColumns`; TypeError unless the section is [nt, nx]. */
export async function denoise(
  section: Grid,
  denoiser: Denoiser,
  options: DenoiseOptions = {},
): Promise<Denoised> {
  const [nt, nx] = section.shape as [number, number];
  if (section.shape.length !== 2 || nt * nx !== section.data.length || nt * nx === 0)
    throw new TypeError(`denoise: a section must be [nt, nx], got [${section.shape}]`);
  const { sigma, faulty, blocks } = denoiseColumns(columnsOf(section), denoiser, options);
  const data = new Float32Array(nt * nx);
  for await (const { from, section: part } of blocks) {
    const n = part.shape[1]!;
    for (let t = 0; t < nt; t++) data.set(part.data.subarray(t * n, (t + 1) * n), t * nx + from);
  }
  return { section: { data, shape: [nt, nx] }, sigma, faulty: Int32Array.from(faulty).sort() };
}
