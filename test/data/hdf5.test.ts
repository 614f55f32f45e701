import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Hdf5File, openHdf5, stead, table } from "geodl/data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample, traces, writeStead } from "./stead-file.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-hdf5-"));
const golden = fileURLToPath(new URL("../golden/hdf5/kinds.h5", import.meta.url));
let file: Hdf5File;
beforeAll(async () => {
  file = await openHdf5(golden);
});
afterAll(() => {
  file.close();
  rmSync(folder, { recursive: true });
});

describe("data sets", () => {
  it.each([
    ["float16", Float32Array.of(1, 2.5, -3, Number.NaN, Number.POSITIVE_INFINITY, 2 ** -24), [6]],
    ["float16 packed", Float32Array.from({ length: 24 }, (_, i) => i), [4, 6]],
    ["float32 big", Float32Array.of(1.5, -2), [2]],
    ["float64", Float64Array.of(1, 2, 3, 4.5), [2, 2]],
    ["int8", Int8Array.of(-1, 127), [2]],
    ["int16 big", Int16Array.of(1, -2), [2]],
    ["int32", Int32Array.of(-(2 ** 31)), [1]],
    ["int64", BigInt64Array.of(2n ** 62n + 1n), [1]],
    ["uint64", BigUint64Array.of(2n ** 63n), [1]],
    ["one", Float64Array.of(3.5), []],
    ["one uint64", BigUint64Array.of(2n ** 63n), []],
    ["truth", Int8Array.of(1, 0, 1), [3]],
    ["none", new Float32Array(0), [0, 3]],
  ])("of kind %s", (name, data, shape) => {
    expect(file.read(name)).toEqual({ data, shape });
    expect(file.shape(name)).toEqual(shape);
  });
  it("of texts", () => {
    expect(file.readText("words")).toEqual(["é", "b", "", "d"]);
    expect(file.readText("words", { rows: [1, 3] })).toEqual(["b", ""]);
    expect(file.readText("fixed words")).toEqual(["ab", "c"]);
  });
  it("by rows", () => {
    const row = (i: number) => Int32Array.from({ length: 150 }, (_, k) => 150 * i + k);
    for (const i of [0, 6, 7, 39])
      expect(file.read("chunks", { rows: [i, i + 1] })).toEqual({ data: row(i), shape: [1, 50, 3] });
    expect(file.read("chunks", { rows: [5, 5] })).toEqual({ data: new Int32Array(0), shape: [0, 50, 3] });
    expect(file.read("float16 packed", { rows: [2, 4] }).data).toEqual(
      Float32Array.from({ length: 12 }, (_, i) => 12 + i),
    );
  });
  it("that cannot be read, in one line each", () => {
    const refused = (name: string, message: string, options = {}) =>
      expect(() => file.read(name, options)).toThrow(`hdf5: ${golden}, ${name}: ${message}`);
    refused("float128", "the data set must hold numbers");
    refused("compound", "the data set must hold numbers");
    refused("words", "the data set must hold numbers");
    refused("empty", "the data set must hold something, got an empty one");
    refused("chunks", "the data set must hold at most 100 bytes, got 600", { rows: [0, 1], limit: 100 });
    refused("chunks", "rows must lie in [0, 40], got 39 to 41", { rows: [39, 41] });
    refused("one", "rows must lie in [0, 0], got 0 to 1", { rows: [0, 1] });
    refused("nothing", "no such data set");
    expect(() => file.readText("int8")).toThrow("the data set must hold text");
    expect([file.shape("nothing"), file.shape("/"), file.members("int8")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

it("attributes of every kind", () => {
  expect(file.attributes("float16")).toEqual({
    truth: true,
    truths: [true, false],
    float16: 2.5,
    float16s: [1, -0.5],
    float32: 1.5,
    int8: -3,
    uint64: 2 ** 63,
    big: [1, 2],
    list: [1, 2, 3],
    matrix: [1, 0, 0, 1],
    words: ["a", "é"],
    fixed: "abc",
    colour: "GREEN",
  });
  expect(file.attributes("/")).toEqual({});
});

it("attributes as a typed table", async () => {
  const path = join(folder, "small.hdf5");
  await writeStead(path);
  const columns = table(await stead.attributes(path));
  expect(columns.length).toBe(3);
  expect(columns.numbers("p_arrival_sample")).toEqual(Float64Array.of(50.5, 51.5, Number.NaN));
  expect(columns.texts("source_magnitude_type")).toEqual(["ml", "", ""]);
  expect(columns.texts("snr_db")).toEqual(["10 20.5 30", "10 20.5 NaN", "10 20.5 30"]);
  expect(columns.columns.get("receiver_code")?.kind).toBe("dictionary");
  expect(table([{ a: true }, { a: 5n }, {}]).numbers("a")).toEqual(Float64Array.of(1, 5, Number.NaN));
});

/** Bytes that this process has read from files so far. */
const bytesRead = () => Number(/rchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);

it("one trace of a large packed file is read alone", async (ctx) => {
  if (!existsSync("/proc/self/io")) return ctx.skip("needs /proc/self/io");
  const h5 = await import("h5wasm/node");
  await h5.ready;
  const path = join(folder, "many.hdf5");
  const [nTraces, nt] = [60, 20_000];
  let seed = 1;
  const noise = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed;
  };
  const data = Float32Array.from({ length: nTraces * nt * 3 }, noise);
  const written = new h5.File(path, "w");
  written.create_dataset({
    name: "traces",
    data,
    shape: [nTraces, nt, 3],
    chunks: [1, nt, 3],
    compression: "gzip",
    compression_opts: 1,
  });
  written.close();
  expect(statSync(path).size).toBeGreaterThan(8e6);
  const before = bytesRead();
  const opened = await openHdf5(path);
  const one = opened.read("traces", { rows: [41, 42] });
  expect(one.data).toEqual(data.subarray(41 * nt * 3, 42 * nt * 3));
  expect(bytesRead() - before).toBeLessThan(1.5e6);
  opened.close();
});

it("a file that begins beyond 4 GB is read", async () => {
  const [small, path] = [join(folder, "inner.hdf5"), join(folder, "far.hdf5")];
  await writeStead(small);
  const bytes = readFileSync(small);
  const far = openSync(path, "w"); // HDF5 may stand behind other content; here it is a hole of 4 GB
  ftruncateSync(far, 2 ** 32);
  writeSync(far, bytes, 0, bytes.length, 2 ** 32);
  closeSync(far);
  expect(statSync(path).size).toBeGreaterThan(2 ** 32);
  const opened = await stead.open(path);
  expect(opened.names).toEqual(traces);
  const { waveform, p } = opened.read(traces[1]!);
  expect(p).toBe(51.5);
  expect(waveform.data.every((v, j) => v === sample(1, Math.floor(j / 3), j % 3))).toBe(true);
  opened.close();
});

it("a data set of 3 GB is read by rows (GEODL_LONG)", { timeout: 300_000 }, async (ctx) => {
  if (process.env.GEODL_LONG !== "1") return ctx.skip("needs GEODL_LONG=1: the long tests");
  const python = fileURLToPath(new URL("../../.venv-peers/bin/python", import.meta.url));
  const path = join(folder, "big.hdf5");
  const script = join(folder, "big.py");
  writeFileSync(
    script,
    `import h5py, sys
with h5py.File(sys.argv[1], "w") as f:
    d = f.create_dataset("d", (10_000, 75_000), "f4")
    d[9_999] = 7
    d[8_000, :3] = [1, 2, 3]
`,
  );
  const made = spawnSync(python, [script, path], { encoding: "utf8" });
  if (made.status !== 0) return ctx.skip("needs the peers' environment with h5py (test/peers/setup.sh)");
  expect(statSync(path).size).toBeGreaterThan(2.9e9);
  const opened = await openHdf5(path);
  expect(opened.read("d", { rows: [9999, 10_000] }).data).toEqual(new Float32Array(75_000).fill(7));
  expect([...opened.read("d", { rows: [8000, 8001] }).data.slice(0, 4)]).toEqual([1, 2, 3, 0]);
  expect(() => opened.read("d")).toThrow("the data set must hold at most 1000000000 bytes, got 3000000000");
  opened.close();
});
