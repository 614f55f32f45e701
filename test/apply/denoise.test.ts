// Denoising of sections of any size: pieces that leave no seam, faulty traces, noise estimated, networks on the protocol's section.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  averaged,
  type Columns,
  columnsOf,
  type Denoiser,
  dctDenoiser,
  denoise,
  denoiseColumns,
  estimateNoise,
  loadDenoiser,
  networkDenoiser,
} from "geodl/apply";
import { type Grid, rng } from "geodl/core";
import { dctDenoise } from "geodl/dictionary";
import { snr } from "geodl/metrics";
import { denoiseUnet, save } from "geodl/nn";
import { memory, ready } from "geodl/tensor";
import { afterAll, describe, expect, it } from "vitest";
import { mirrored, turned, withoutRim } from "../../dist/apply/mirror.js";
import { inPieces, inStrips, placesAlong } from "../../dist/apply/strips.js";
import { noData, real3d } from "../dictionary/helpers.js";

const folder = mkdtempSync(join(tmpdir(), "geodl apply ü-"));
afterAll(() => rmSync(folder, { recursive: true }));

const noise = (shape: readonly [number, number], seed = 1): Grid => ({
  data: Float32Array.from(rng.numpy(seed).standardNormal(shape)),
  shape,
});

/** Waves of two dips with noise of standard deviation 1. */
function waves(nt: number, nx: number): Grid {
  const { data, shape } = noise([nt, nx]);
  for (let t = 0, i = 0; t < nt; t++)
    for (let x = 0; x < nx; x++, i++)
      data[i]! += 8 * Math.sin(0.2 * t + 0.1 * x) + 5 * Math.sin(0.31 * t - 0.05 * x);
  return { data, shape };
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs(a[i]! - b[i]!);
    if (!(off <= most)) most = off;
  }
  return most;
};

/** Doubles what it gets, as far as two samples from a piece's edge: there it is wrong. */
const shy: Denoiser = {
  name: "shy",
  tiling: { size: 20, margin: 2, ramp: 4 },
  run({ data, shape }) {
    const [nt, nx] = shape as [number, number];
    const edge = (i: number, n: number) => i < 2 || i >= n - 2;
    return {
      data: data.map((v, i) => (edge(Math.floor(i / nx), nt) || edge(i % nx, nx) ? 1e9 : 2 * v)),
      shape,
    };
  },
  dispose() {},
};

describe("pieces", () => {
  it.each([1, 19, 20, 21, 22, 33, 34, 47, 100, 1001])("of an axis of %i cover it and add up to 1", (n) => {
    const over = new Float64Array(n);
    const places = placesAlong(n, shy.tiling);
    for (const { from, to, weights } of places) {
      expect(to - from).toBe(Math.min(n, 20));
      for (let i = from; i < to; i++) over[i]! += weights[i - from]!;
    }
    expect(places.at(-1)!.to).toBe(n);
    for (const w of over) expect(w).toBeGreaterThan(0.2);
    if (n > 100) for (const w of over.subarray(20, -20)) expect(w).toBeCloseTo(1, 5);
    for (const { from, to, weights } of places) {
      if (from > 0) expect([...weights.subarray(0, 2)]).toEqual([0, 0]);
      if (to < n) expect([...weights.subarray(-2)]).toEqual([0, 0]);
    }
  });

  it("never show what a denoiser does at the edge of a piece", async () => {
    const section = noise([57, 103]);
    const { section: found } = await denoise(section, shy, { sigma: 1 });
    for (let t = 2; t < 55; t++)
      for (let x = 2; x < 101; x++) {
        const i = t * 103 + x;
        expect(Math.abs(found.data[i]! - 2 * section.data[i]!)).toBeLessThan(1e-5);
      }
  });

  it("of the cosine transform give the whole section's answer", async () => {
    const section = waves(700, 1100);
    const { section: found, sigma } = await denoise(section, dctDenoiser, { sigma: 1 });
    expect(sigma).toBe(1);
    expect(largest(found.data, dctDenoise(section, 2.7).data)).toBeLessThan(2e-5);
    const small = await denoise(noise([3, 5]), dctDenoiser, { sigma: 1 });
    expect(small.section.data.every(Number.isFinite)).toBe(true);
  });

  it("come in blocks from left to right, each trace once", async () => {
    const section = noise([30, 333]);
    let next = 0;
    const same = (strip: Grid) => inPieces(strip, shy.tiling, (piece) => piece);
    for await (const { from, section: part } of inStrips(columnsOf(section), shy.tiling, same)) {
      expect(from).toBe(next);
      next += part.shape[1]!;
      const want = columnsOf(section).read(from, next);
      expect(largest(part.data, want.data)).toBeLessThan(1e-6);
    }
    expect(next).toBe(333);
  });
});

describe("mirrored", () => {
  it("is NumPy's pad(mode='reflect'), also beyond the section", () => {
    const { data, shape } = mirrored({ data: Float32Array.of(1, 2, 3), shape: [1, 3] }, 4, 1);
    expect(shape).toEqual([9, 11]);
    // numpy.pad([1, 2, 3], 4, mode="reflect")
    expect([...data.subarray(0, 11)]).toEqual([1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3]);
    const section = noise([5, 7]);
    const wide = mirrored(section, 3, 8);
    expect(wide.shape).toEqual([16, 16]);
    expect(withoutRim(wide, 3, 5, 7)).toEqual(section);
    expect(turned(turned(section, true, true, -1), true, true, -1)).toEqual(section);
    expect([...turned({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }, true, false, 2).data]).toEqual([
      6, 8, 2, 4,
    ]);
  });
});

describe("averaged", () => {
  it("turns every piece back: a denoiser that does not mind gives the same", () => {
    const section = waves(40, 33);
    const one = dctDenoiser.run(section, 1).data;
    expect(largest(averaged(dctDenoiser).run(section, 1).data, one)).toBeLessThan(1e-4);
  });

  it("takes off what comes from a sign or a direction alone", () => {
    const leaning: Denoiser = {
      ...dctDenoiser,
      run: ({ data, shape }) => ({ data: data.map((v, i) => v + 1 + (i % 3)), shape }),
    };
    const section = noise([3, 3]);
    expect(largest(averaged(leaning).run(section, 1).data, section.data)).toBeLessThan(1e-6);
  });
});

describe("faulty traces", () => {
  it("stay bit for bit, are told, and do not disturb their neighbours", async () => {
    const section = waves(64, 60);
    const [nt, nx] = [64, 60];
    for (let t = 0; t < nt; t++) section.data[t * nx + 20] = 0;
    section.data[5 * nx + 31] = Number.NaN;
    section.data[9 * nx + 44] = Number.POSITIVE_INFINITY;
    const { section: found, faulty, sigma } = await denoise(section, dctDenoiser);
    expect([...faulty]).toEqual([20, 31, 44]);
    expect(Math.abs(sigma - 1)).toBeLessThan(0.1);
    const read = (s: Grid, x: number) => Array.from({ length: nt }, (_, t) => s.data[t * nx + x]!);
    for (const x of faulty) expect(read(found, x)).toEqual(read(section, x));
    const clean = waves(64, 60);
    const whole = dctDenoiser.run(clean, sigma);
    for (let x = 0; x < nx; x++) {
      if (faulty.includes(x)) continue;
      expect(read(found, x).every(Number.isFinite)).toBe(true);
      expect(largest(read(found, x), read(whole, x))).toBeLessThan(3);
    }
  });

  it("and nothing else: all stay", async () => {
    const section = { data: new Float32Array(400), shape: [20, 20] };
    const { section: found, faulty } = await denoise(section, dctDenoiser, { sigma: 1 });
    expect(found).toEqual(section);
    expect(faulty).toHaveLength(20);
    await expect(denoise(section, dctDenoiser)).rejects.toThrow(
      "estimateNoise: the section must hold noise, got no sound trace; give sigma",
    );
  });
});

describe("the noise", () => {
  it("is estimated to 3 %, of a section too large to be looked at whole as well", () => {
    expect(Math.abs(estimateNoise(columnsOf(waves(300, 200))) - 1)).toBeLessThan(0.03);
    const large: Columns = {
      nt: 1500,
      nx: 20_000,
      read: (from, to) => {
        const { data, shape } = noise([1500, to - from], from);
        return { data: data.map((v) => 3 * v), shape };
      },
    };
    expect(Math.abs(estimateNoise(large) - 3)).toBeLessThan(0.03);
  });

  it("must be > 0 where it is given, and the section one", async () => {
    expect(() => denoiseColumns(columnsOf(noise([9, 9])), dctDenoiser, { sigma: 0 })).toThrow(
      "denoise: sigma must be > 0, got 0",
    );
    await expect(denoise({ data: new Float32Array(4), shape: [4] }, dctDenoiser)).rejects.toThrow(
      "denoise: a section must be [nt, nx], got [4]",
    );
    await expect(loadDenoiser("no-such-file.pth")).rejects.toThrow(
      "loadDenoiser: the model must be own, dct or a file of weights, got no-such-file.pth",
    );
  });
});

describe("a network", () => {
  it("comes from its file, takes any size, frees its tensors, stops when told to", async () => {
    await ready();
    const file = join(folder, "unet.safetensors");
    const model = denoiseUnet({ seed: 3, channels: [4, 4, 4] });
    await save(file, model);
    const own = networkDenoiser("made here", model, { noise: 1, rim: 16, multiple: 8 });
    const found = await loadDenoiser(file);
    const before = memory().tensors;
    const section = waves(50, 331);
    const one = await denoise(section, found, { sigma: 2, flips: true });
    expect(memory().tensors).toBe(before);
    const other = await denoise(section, own, { sigma: 2, flips: true });
    expect(largest(one.section.data, other.section.data)).toBe(0);
    // f(c y, c sigma) = c f(y, sigma)
    const scaled = { data: section.data.map((v) => 1000 * v), shape: section.shape };
    const large = await denoise(scaled, found, { sigma: 2000, flips: true });
    expect(
      largest(
        large.section.data.map((v) => v / 1000),
        one.section.data,
      ),
    ).toBeLessThan(1e-4);
    const shares: number[] = [];
    const stopped = denoise(section, found, {
      sigma: 1,
      signal: AbortSignal.abort(),
      onReport: (share) => shares.push(share),
    });
    await expect(stopped).rejects.toThrow("denoise: interrupted");
    await denoise(section, found, { sigma: 1, onReport: (share) => shares.push(share) });
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    own.dispose();
    found.dispose();
  });

  it.for([
    ["s25", 4.41],
    ["snr0", 8.19],
  ] as const)("of photographs scores as PROTOCOLS says on real3d, %s", async ([level, want], ctx) => {
    const section = real3d();
    const data = process.env.GEODL_DATA;
    if (!section || !data) return ctx.skip(noData);
    const power = section.data.reduce((sum, x) => sum + x * x, 0) / section.data.length;
    const sigma = level === "s25" ? 50 / 255 : Math.sqrt(power);
    const n = rng.numpy(0).standardNormal(section.shape);
    const noisy = { data: section.data.map((x, i) => x + sigma * n[i]!), shape: section.shape };
    const kair = await loadDenoiser(join(data, "weights", "kair_dncnn_25.pth"));
    const { section: found } = await denoise(noisy, kair, { sigma });
    kair.dispose();
    expect(Math.abs(snr(section, found) - want)).toBeLessThan(0.05);
  });
});
