// The picking records keep stations and events of test and training apart, and their samples are the same for the same seed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rng } from "geodl/core";
import { locate } from "geodl/data";
import { pickingRecords, pickingSamples } from "geodl/experiment";
import { beforeEach, describe, expect, it } from "vitest";

describe("picking records", () => {
  beforeEach((ctx) => {
    if (
      !locate("stead/ncedc-110-splits.csv") ||
      !locate("picking/phasenet-train/BG_ACR_2012082505145960.npz")
    )
      ctx.skip("needs GEODL_DATA: picking/phasenet-train and stead/ncedc-110-splits.csv");
  });

  it("are 110, in five folds of which the first is the test split, no station in two", () => {
    const records = pickingRecords();
    expect(records.length).toBe(110);
    expect([1, 2, 3, 4, 5].map((k) => records.filter(({ fold }) => fold === k).length)).toEqual([
      21, 23, 22, 22, 22,
    ]);
    expect(records.every(({ split, fold }) => (split === "test") === (fold === 1))).toBe(true);
    const folds = new Map<string, number>();
    for (const { file, fold } of records) {
      const station = file.split("_").slice(0, 2).join("_");
      expect(folds.get(station) ?? fold).toBe(fold);
      folds.set(station, fold);
    }
    expect(records.filter(({ noise }) => noise !== undefined).length).toBe(96);
    expect(records.filter(({ example }) => example.ignore.length > 0).length).toBe(7);
    for (const { example } of records) {
      expect(example.waveform.shape).toEqual([9001, 3]);
      expect(example.arrivals[0]).toEqual({ phase: "P", sample: 3000 });
    }
  });

  it("have the folds that the scorers use", (ctx) => {
    let table = "";
    try {
      table = readFileSync(join(process.env.GEODL_DATA ?? "", "../scoring/folds-records.tsv"), "utf8");
    } catch {
      return ctx.skip("needs scoring/folds-records.tsv beside GEODL_DATA");
    }
    const rows = table
      .split("\n")
      .filter((line) => line && !line.startsWith("#"))
      .slice(1);
    expect(pickingRecords().map(({ file, fold }) => `${file}\t${fold}`)).toEqual(
      rows.map((row) => row.split("\t").slice(0, 2).join("\t")),
    );
  });

  it("give the same samples for the same seed, labels where the arrivals are", () => {
    const records = pickingRecords().slice(0, 6);
    let [withP, without] = [0, 0];
    for (let seed = 0; seed < 12; seed++) {
      const [a, b] = [pickingSamples(records), pickingSamples(records)].map((set) =>
        set.sample(seed % 6, rng(seed)),
      );
      expect(a).toEqual(b);
      expect(a!.x.shape).toEqual([3001, 3]);
      expect(a!.x.data.every(Number.isFinite)).toBe(true);
      const p = a!.y.data.filter((_, i) => i % 3 === 0);
      if (Math.max(...p) > 0.9) withP++;
      else without++;
    }
    expect(withP).toBeGreaterThan(4);
    expect(without).toBeGreaterThan(0);
  });
});
