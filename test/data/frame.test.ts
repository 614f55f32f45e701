import { spawnSync } from "node:child_process";
import { frame } from "geodl/data";
import { expect, it } from "vitest";

it("makes a danfo DataFrame: groups, means, gaps", async () => {
  const rows = [
    { kind: "HH", delay: 1, snr: [1, 2] },
    { kind: "HH", delay: 3, more: 5n },
    { kind: "EH", delay: undefined },
  ];
  const df = await frame(rows);
  expect(df.columns).toEqual(["kind", "delay", "snr", "more"]);
  expect(df.values).toEqual([
    ["HH", 1, "1 2", Number.NaN],
    ["HH", 3, undefined, 5],
    ["EH", Number.NaN, undefined, Number.NaN],
  ]);
  const grouped = df
    .loc({ rows: [0, 1] })
    .groupby(["kind"])
    .agg({ delay: "mean" });
  expect(grouped.values).toEqual([["HH", 2]]);
  await expect(frame([])).rejects.toThrow("data.frame: there must be one row at least, got none");
}, 120_000);

it("loads neither danfo nor HDF5 before they are asked for, and one TensorFlow.js", () => {
  const script = `
    import { createRequire } from "node:module";
    const require = createRequire(process.cwd() + "/package.json");
    const start = process.memoryUsage.rss();
    const { frame } = await import("geodl/data");
    const loaded = (word) => Object.keys(require.cache).some((path) => path.includes(word));
    const before = [loaded("danfojs"), loaded("tfjs"), loaded("h5wasm"), process.memoryUsage.rss() - start < 60e6];
    await frame([{ a: 1 }]);
    const engine = require("@tensorflow/tfjs").engine();
    const { tensorflow } = require("danfojs-node");
    console.log(JSON.stringify([...before, loaded("danfojs"), tensorflow.engine() === engine]));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect([JSON.parse(stdout || "null"), stderr]).toEqual([[false, false, false, true, true, true], ""]);
}, 120_000);
