// The set stead-ncedc made from its upstream files, served by a local server, beside the one that others made with NumPy and h5py.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetch, select, stead, verify } from "geodl/data";
import { afterAll, expect, it, vi } from "vitest";
import { faultyServer } from "./download/server.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-ncedc-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("stead-ncedc is equal to the set at hand, waveforms, attributes, tables and splits", {
  timeout: 180_000,
}, async (ctx) => {
  const given = process.env.GEODL_DATA ?? "";
  const parts = select("picking/phasenet-train");
  const made = select("stead-ncedc");
  if (!given || ![...parts, ...made].every((name) => existsSync(join(given, name))))
    return ctx.skip("needs GEODL_DATA: picking/phasenet-train (110 files) and stead/ncedc-110*");
  const server = await faultyServer(new Map(parts.map((name) => [name, readFileSync(join(given, name))])));
  vi.stubEnv("GEODL_DATA", "");
  vi.stubEnv("GEODL_CACHE", folder);
  vi.stubEnv("GEODL_MIRROR", server.address);
  try {
    expect(await fetch("stead/ncedc-110.hdf5")).toBe(join(folder, "stead/ncedc-110.hdf5"));
    expect(server.asked.length).toBe(110);
    for (const name of made) await fetch(name);
    expect(server.asked.length).toBe(110); // one call made the whole set
    expect(verify(made).map(({ state }) => state)).toEqual(made.map(() => "ok"));
    expect(readdirSync(folder).sort()).toEqual(["picking", "stead"]);
  } finally {
    await server.close();
    vi.unstubAllEnvs();
  }
  for (const name of made.filter((file) => file.endsWith(".csv")))
    expect(readFileSync(join(folder, name), "utf8")).toBe(readFileSync(join(given, name), "utf8"));
  let traces = 0;
  for (const name of made.filter((file) => file.endsWith(".hdf5"))) {
    const [ours, theirs] = [await stead.open(join(folder, name)), await stead.open(join(given, name))];
    expect(ours.names).toEqual(theirs.names);
    for (const trace of theirs.names) {
      const [a, b] = [ours.read(trace), theirs.read(trace)];
      expect(Buffer.compare(bytesOf(a.waveform.data), bytesOf(b.waveform.data))).toBe(0);
      const { snr_db: ourSnr = [], ...ourRest } = a.attributes;
      const { snr_db: theirSnr = [], ...theirRest } = b.attributes;
      expect(ourRest).toEqual(theirRest);
      expect(ourSnr.length).toBe(theirSnr.length);
      // log10 of two libraries: the last bit
      for (const [i, snr] of theirSnr.entries())
        expect(
          Number.isNaN(snr) ? Number.isNaN(ourSnr[i]!) : Math.abs(ourSnr[i]! - snr) <= 4e-16 * Math.abs(snr),
        ).toBe(true);
      traces++;
    }
    ours.close();
    theirs.close();
  }
  expect(traces).toBe(206);
});

it("unit-noise is NumPy's default_rng(0), without a download", async () => {
  vi.stubEnv("GEODL_DATA", "");
  vi.stubEnv("GEODL_CACHE", folder);
  vi.stubEnv("GEODL_MIRROR", "http://127.0.0.1:9");
  await fetch("poststack/unitnoise_seed0_real3d_300x100.f32");
  expect(verify(select("unit-noise"))[0]?.state).toBe("ok");
  vi.unstubAllEnvs();
});

const bytesOf = (data: Float32Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
