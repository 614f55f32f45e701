import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rng } from "geodl/core";
import { type Recording, stead, synthetic } from "geodl/data";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "geodl-stead-write-"));
afterAll(() => rmSync(folder, { recursive: true }));

const records: Recording[] = ["B.XX_1_EV", "A.XX_2_EV"].map((name, k) => ({
  ...synthetic.record(rng(k), { n: 700, p: 200 + k, s: 400 }),
  name,
  attributes: {
    network_code: "XX",
    receiver_code: 'with "quotes", and a comma',
    receiver_latitude: 48.137,
    source_depth_km: k === 0 ? undefined : 12,
    snr_db: [10, Number.NaN, -3.25],
    trace_category: "earthquake_local",
    channels: "HHE_HHN_HHZ",
    source_offset: 17,
    unlabelled: [1, 2],
    factor: 0.5,
    words: ["é", "b"],
    isGood: true,
  },
}));

describe("stead.write", () => {
  it("writes what stead.open reads", async () => {
    const { hdf5, csv } = await stead.write(join(folder, "two"), records);
    expect([hdf5, csv]).toEqual([join(folder, "two.hdf5"), join(folder, "two.csv")]);
    const file = await stead.open(hdf5);
    expect(file.names).toEqual(["A.XX_2_EV", "B.XX_1_EV"]);
    for (const record of records) {
      const { waveform, p, s, dt, attributes } = file.read(record.name);
      expect([p, s, dt, waveform.shape]).toEqual([record.p, 400, 0.01, [700, 3]]);
      expect(waveform.data).toEqual(record.waveform.data);
      const { source_depth_km, ...more } = record.attributes;
      expect(attributes).toEqual({
        ...more,
        ...(source_depth_km === undefined ? {} : { source_depth_km }),
        p_arrival_sample: p,
        s_arrival_sample: 400,
        trace_name: record.name,
        words: "é b",
        isGood: 1,
      });
    }
    file.close();
    const lines = readFileSync(csv, "utf8").split("\n");
    expect(lines[0]!.split(",").length).toBe(35);
    expect(lines[1]).toBe(
      'XX,"with ""quotes"", and a comma",,48.137,,,200.0,,,,400.0,,,,,,,,,,,,,,,,,,,,[10.0000 nan -3.2500],,,earthquake_local,B.XX_1_EV',
    );
    expect(lines[2]).toMatch(/,12\.0,.*A\.XX_2_EV$/);
  });
  it("gives the same bytes again, at another time", async () => {
    const bytes = readFileSync(join(folder, "two.hdf5"));
    await new Promise((resolve) => setTimeout(resolve, 1100)); // the library's stamps count seconds
    await stead.write(join(folder, "again"), records);
    expect(readFileSync(join(folder, "again.hdf5")).equals(bytes)).toBe(true);
    expect(Date.now()).toBeGreaterThan(1.7e12); // the clock is back
  });
  it("refuses what is not STEAD's, and leaves what was there", async () => {
    const stem = join(folder, "kept");
    writeFileSync(`${stem}.hdf5`, "before");
    const first = records[0]!;
    await expect(stead.write(stem, [{ ...first, dt: 0.02 }])).rejects.toThrow(
      'stead.write: a record must be at 100 Hz, got 50 Hz in "B.XX_1_EV"; resample it first',
    );
    const flat = { data: first.waveform.data, shape: [2100] };
    await expect(stead.write(stem, [{ ...first, waveform: flat }])).rejects.toThrow(
      "must have the shape [sample, 3], got [2100]",
    );
    await expect(stead.write(stem, [first, first])).rejects.toThrow(
      'names must differ and hold no "/", got "B.XX_1_EV"',
    );
    await expect(stead.write(join(folder, "none", "x"), [first])).rejects.toThrow(/^hdf5: [^\n]+$/);
    expect(readFileSync(`${stem}.hdf5`, "utf8")).toBe("before");
    expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});
