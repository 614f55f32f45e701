import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stead } from "geodl/data";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sample, traces, writeStead } from "./stead-file.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-stead-"));
const path = join(folder, "small.hdf5");
beforeAll(() => writeStead(path));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a STEAD file", () => {
  it("gives names, samples [sample, channel] and arrivals", async () => {
    const file = await stead.open(path);
    expect(file.names).toEqual(traces);
    for (const [k, name] of traces.entries()) {
      const { waveform, p, s, dt, name: itself } = file.read(name);
      expect([waveform.shape, p, s, dt, itself]).toEqual([
        [200, 3],
        k === 2 ? undefined : 50.5 + k,
        k === 2 ? undefined : 90 + k,
        0.01,
        name,
      ]);
      expect(waveform.data).toBeInstanceOf(Float32Array);
      expect(waveform.data.every((v, j) => v === sample(k, Math.floor(j / 3), j % 3))).toBe(true);
    }
    file.close();
  });
  it("gives attributes as numbers, text and lists, and leaves out what is not known", async () => {
    const rows = await stead.attributes(path);
    expect(rows[0]).toEqual({
      trace_name: traces[0],
      receiver_code: "AAA",
      p_arrival_sample: 50.5,
      s_arrival_sample: 90,
      source_magnitude: 2.5,
      source_magnitude_type: "ml",
      coda_end_sample: 150,
      snr_db: [10, 20.5, 30],
      zero_front: 0,
    });
    expect(rows[1]!.source_magnitude).toBeUndefined();
    expect(rows[1]!.source_magnitude_type).toBeUndefined();
    expect(rows[1]!.snr_db).toEqual([10, 20.5, Number.NaN]);
    expect(rows[2]!.p_arrival_sample).toBeUndefined();
  });
  it("is closed once, and says so afterwards", async () => {
    const file = await stead.open(path);
    file.close();
    file.close();
    expect(() => file.read(traces[0]!)).toThrow("the file must be open, got a closed one");
    expect(() => file.attributes(traces[0]!)).toThrow("the file must be open");
  });
  it("can be open twice", async () => {
    const [a, b] = [await stead.open(path), await stead.open(path)];
    a.close();
    expect(b.read(traces[1]!).p).toBe(51.5);
    b.close();
  });
});

describe("what goes wrong", () => {
  it("an unknown trace: the nearest names", async () => {
    const file = await stead.open(path);
    expect(() => file.read("AAA.XX_2024010100000_EV")).toThrow(
      `stead.read: the trace must be one of 3, got "AAA.XX_2024010100000_EV"; nearest: ${traces[0]}`,
    );
    expect(() => file.attributes("zzz")).toThrow(RangeError);
    expect(() => file.read("../data")).toThrow(RangeError);
    file.close();
  });
  it("no file, no HDF5, a broken HDF5: one line each, and nothing on stderr", async () => {
    const stderr = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const write = vi.spyOn(process.stderr, "write");
    await expect(stead.open(join(folder, "none.hdf5"))).rejects.toThrow(
      /^hdf5: the file must exist, got .*none\.hdf5$/,
    );
    const text = join(folder, "text.hdf5");
    writeFileSync(text, "a,b\n1,2\n");
    await expect(stead.open(text)).rejects.toThrow("its signature is missing");
    await expect(stead.open(folder)).rejects.toThrow("the file must exist");
    const stump = join(folder, "stump.hdf5");
    writeFileSync(stump, "\x89HDF\r\n\x1a\n and nothing else", "latin1");
    await expect(stead.open(stump)).rejects.toThrow(/^hdf5: .*stump\.hdf5: [^\n]+$/);
    expect(stderr).not.toHaveBeenCalled();
    expect(write).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
  it("HDF5 of another layout: what is there instead", async () => {
    const h5 = await import("h5wasm/node");
    const other = join(folder, "other.hdf5");
    const file = new h5.File(other, "w");
    file.create_dataset({ name: "X", data: Float32Array.of(1, 2) });
    file.close();
    await expect(stead.open(other)).rejects.toThrow(
      /^stead\.open: the file must have a group "data", got X in /,
    );
    const flat = join(folder, "flat.hdf5");
    const second = new h5.File(flat, "w");
    const group = second.create_group("data");
    group.create_dataset({ name: "one", data: Float32Array.of(1, 2) });
    group.create_dataset({ name: "words", data: ["a", "b"], shape: [2], dtype: "S4" });
    group.create_group("deeper");
    second.close();
    const opened = await stead.open(flat);
    expect(() => opened.read("one")).toThrow(
      'stead.read: a trace must have the shape [sample, 3], got [2] in "one"',
    );
    expect(() => opened.read("words")).toThrow("the data set must hold numbers");
    expect(() => opened.read("deeper")).toThrow("no such data set");
    opened.close();
  });
});

it("reads the NCEDC records", async (ctx) => {
  const file = join(process.env.GEODL_DATA ?? "", "stead/ncedc-110.hdf5");
  if (!process.env.GEODL_DATA || !existsSync(file)) return ctx.skip("needs GEODL_DATA: stead/ncedc-110.hdf5");
  const opened = await stead.open(file);
  expect(opened.names.length).toBe(110);
  let single = 0;
  for (const name of opened.names) {
    const { waveform, p, s, attributes } = opened.read(name);
    expect(waveform.shape).toEqual([6000, 3]);
    expect(p! >= 500 && p! <= 2500 && s! > p! && s! - p! <= 1300).toBe(true);
    expect([attributes.p_status, attributes.trace_name, attributes.source_magnitude]).toEqual([
      "manual",
      name,
      undefined,
    ]);
    if (waveform.data.every((v, i) => i % 3 === 2 || v === 0)) single++;
  }
  expect(single).toBe(30); // verticals only, as the data's README says
  opened.close();
});
