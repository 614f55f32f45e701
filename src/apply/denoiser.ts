// What takes white noise of a known level off a piece of a section: the cosine transform, or a network.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Grid } from "../core/index.js";
import { dctDenoise } from "../dictionary/index.js";
import { dncnn, load, loadPytorch, type Model } from "../nn/index.js";
import { engine, from, ready, type Tensor, toGrid } from "../tensor/index.js";
import { mirrored, turned, withoutRim } from "./mirror.js";
import type { Tiling } from "./strips.js";

/** A denoiser of pieces. */
export interface Denoiser {
  readonly name: string;
  /** Pieces that it takes, along both axes. */
  readonly tiling: Tiling;
  /** Takes noise off.
   *  @param piece [nt, nx], any size. @param sigma Standard deviation of its noise, > 0. */
  run(piece: Grid, sigma: number): Grid;
  /** Frees a network; idempotent. */
  dispose(): void;
}

/** The cosine transform in 8 x 8 windows with a hard threshold of 2.7 sigma; nothing is trained. */
export const dctDenoiser: Denoiser = {
  name: "dct",
  tiling: { size: 512, margin: 8, ramp: 8 },
  run(piece, sigma) {
    const [nt, nx] = piece.shape as [number, number];
    if (nt >= 8 && nx >= 8) return dctDenoise(piece, 2.7 * sigma);
    return withoutRim(dctDenoise(mirrored(piece, 4, 1), 2.7 * sigma), 4, nt, nx);
  },
  dispose() {},
};

/** What a network was trained for. */
export interface NetworkOptions {
  /** Standard deviation of the noise in its own units, > 0. */
  readonly noise: number;
  /** Zero amplitude in its units: 0.5 for networks of photographs. Default 0. */
  readonly offset?: number;
  /** Samples of mirrored section that it gets around a piece. Default 0. */
  readonly rim?: number;
  /** Its sides must divide by this. Default 1. */
  readonly multiple?: number;
}

/** A network as a denoiser. It is noise-normalised: with q = noise / sigma it sees q y + offset, and its answer z gives (z - offset) / q.
 *
 *  @param name For reports.
 *  @param model From [batch, height, width, 1] to the same; disposed with the denoiser.
 *  @param options See NetworkOptions.
 *  @throws RangeError unless noise > 0. */
export function networkDenoiser(name: string, model: Model, options: NetworkOptions): Denoiser {
  const { noise, offset = 0, rim = 0, multiple = 1 } = options;
  if (!(noise > 0)) throw new RangeError(`networkDenoiser: noise must be > 0, got ${noise}`);
  return {
    name,
    tiling: { size: 256, margin: 16, ramp: 16 },
    run(piece, sigma) {
      const [nt, nx] = piece.shape as [number, number];
      const q = noise / sigma;
      const wide = mirrored(piece, rim, multiple);
      const x = from({ data: wide.data.map((y) => q * y + offset), shape: [1, ...wide.shape, 1] });
      let y: Tensor | undefined;
      try {
        y = engine().tf.tidy(() => model.apply(x));
        const { data } = toGrid(y);
        return withoutRim({ data: data.map((z) => (z - offset) / q), shape: wide.shape }, rim, nt, nx);
      } finally {
        x.dispose();
        y?.dispose();
      }
    },
    dispose: () => model.dispose(),
  };
}

/** A denoiser averaged over the four mirrored forms of a piece and both signs: eight runs.
 *  @param denoiser Disposed with the new one. */
export function averaged(denoiser: Denoiser): Denoiser {
  return {
    ...denoiser,
    name: `${denoiser.name}, 8 flips and signs`,
    run(piece, sigma) {
      const sum = new Float32Array(piece.data.length);
      for (let k = 0; k < 8; k++) {
        const [alongT, alongX, sign] = [(k & 1) > 0, (k & 2) > 0, k & 4 ? -1 : 1];
        const found = denoiser.run(turned(piece, alongT, alongX, sign), sigma);
        const back = turned(found, alongT, alongX, sign / 8).data;
        for (let i = 0; i < sum.length; i++) sum[i]! += back[i]!;
      }
      return { data: sum, shape: piece.shape };
    },
  };
}

/** Path of committed weights, whether or not they are there.
 *  @param name E.g. "denoiser". */
export const ownWeights = (name: string): string =>
  fileURLToPath(new URL(`../../data/weights/${name}.safetensors`, import.meta.url));

/** Finds a denoiser.
 *
 *  @param which "own", the network of data/weights/denoiser.safetensors; "dct"; or the path of a network: .safetensors of `nn.save`
 *    (a denoiseUnet sees noise of 1 and a mirrored rim of 16; others say `noise` and `offset` in their metadata, default 25 / 255 and 0), or .pth, KAIR's
 *    DnCNN of 17 layers for noise of 25 / 255 on photographs.
 *  @returns The denoiser; the caller disposes it.
 *  @throws Error where the file is missing, with the cure, or not a network. */
export async function loadDenoiser(which: string): Promise<Denoiser> {
  if (which === "dct") return dctDenoiser;
  const file = which === "own" ? ownWeights("denoiser") : which;
  if (!existsSync(file))
    throw new Error(
      which === "own"
        ? `loadDenoiser: the own weights must be at ${file}, got none; make them with: geodl train denoiser`
        : `loadDenoiser: the model must be own, dct or a file of weights, got ${which}`,
    );
  await ready();
  if (file.endsWith(".pth") || file.endsWith(".pt")) {
    const model = dncnn({ norm: "none" });
    try {
      await loadPytorch(file, model);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return networkDenoiser("DnCNN", model, { noise: 25 / 255, offset: 0.5 });
  }
  const { model, metadata } = await load(file);
  const name = which === "own" ? "own network" : model.name;
  if (model.name === "denoiseUnet") return networkDenoiser(name, model, { noise: 1, rim: 16, multiple: 8 });
  const { noise = `${25 / 255}`, offset = "0" } = metadata;
  return networkDenoiser(name, model, { noise: Number(noise), offset: Number(offset) });
}
