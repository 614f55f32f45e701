import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rng } from "geodl/core";
import {
  fileSource,
  memorySource,
  type NpyArray,
  openNpz,
  readNpy,
  readNpz,
  writeNpy,
  writeNpz,
} from "geodl/formats";
import { describe, expect, it } from "vitest";
import { dataFile, expectSame, fromBase64, goldenFile, goldenJson, type Raw, valuesOf } from "./golden.js";
import { expectSafe } from "./mutations.js";

interface Golden {
  readonly cases: readonly (Raw & { readonly name: string; readonly file: string })[];
  readonly texts: readonly { readonly name: string; readonly file: string; readonly values: string[] }[];
  readonly refused: readonly { readonly name: string; readonly file: string }[];
}
const golden = goldenJson<Golden>("npy.json");

/** Memory of what was read. */
function sizeOf({ data }: NpyArray): number {
  return ArrayBuffer.isView(data) ? data.byteLength : data.reduce((n, text) => n + 4 * text.length + 4, 0);
}

describe("readNpy and writeNpy equal NumPy", () => {
  for (const { name, file, ...raw } of golden.cases)
    it(name, () => {
      const array = readNpy(fromBase64(file));
      expect(array.shape).toEqual(raw.shape);
      expect(array.dtype).toBe(raw.dtype);
      if (raw.dtype === "float16")
        expectSame(readNpy(writeNpy(array)).data as Float32Array, array.data as Float32Array);
      else expectSame(array.data as Float32Array, valuesOf(raw) as Float32Array);
      if (!name.startsWith("version")) expect(Buffer.from(writeNpy(array)).toString("base64")).toBe(file);
      else expectSame(readNpy(writeNpy(array)).data as Float32Array, valuesOf(raw) as Float32Array);
    });
  for (const { name, file, values } of golden.texts)
    it(`text ${name}`, () => {
      const array = readNpy(fromBase64(file));
      expect(array.data).toEqual(values);
      expect(Buffer.from(writeNpy(array)).toString("base64")).toBe(file);
    });
  for (const { name, file } of golden.refused)
    it(`refuses ${name}`, () =>
      expect(() => readNpy(fromBase64(file))).toThrow(/^readNpy: the type must be a .*, got /));
});

describe("float16", () => {
  it("every pattern goes there and back, and the nearest is taken, ties to even", () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const header = writeNpy({ data: new Float32Array(65536), shape: [65536] }, { dtype: "float16" });
    header.set(new Uint8Array(all.buffer), header.length - 131072);
    const read = readNpy(header);
    const back = writeNpy(read);
    const patterns = new Uint16Array(back.slice(-131072).buffer);
    for (const i of all)
      if (!Number.isNaN(read.data[i] as number) && patterns[i] !== i)
        expect.fail(`pattern ${i} became ${patterns[i]}`);
    const x = [
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      1 + 2 ** -11 + 2 ** -20,
      65519,
      65520,
      2 ** -25,
      3 * 2 ** -25,
      -1e-9,
    ];
    const half = readNpy(writeNpy({ data: Float32Array.from(x), shape: [8] }, { dtype: "float16" }));
    expectSame(half.data as Float32Array, [
      1,
      1 + 2 ** -9,
      1 + 2 ** -10,
      65504,
      Number.POSITIVE_INFINITY,
      0,
      2 ** -23,
      -0,
    ]);
  });
});

describe("rows", () => {
  const shape = [7, 3, 5];
  const data = Float32Array.from({ length: 105 }, (_, i) => i);
  for (const isFortran of [false, true])
    for (const isLittle of [false, true])
      it(`are the same part of the whole, ${isFortran ? "F" : "C"}, ${isLittle ? "little" : "big"}-endian`, () => {
        const file = writeNpy({ data, shape }, { isFortran, isLittle });
        for (const [from, to] of [
          [0, 7],
          [2, 5],
          [6, 7],
          [3, 3],
        ] as const) {
          const part = readNpy(file, { rows: [from, to] });
          expect(part.shape).toEqual([to - from, 3, 5]);
          expectSame(part.data as Float32Array, data.subarray(from * 15, to * 15));
        }
      });
  it("are all that is read of a file", () => {
    const source = memorySource(writeNpy({ data: new Float32Array(1e6), shape: [1000, 1000] }));
    let count = 0;
    const counting = {
      size: source.size,
      read(offset: number, length: number, into?: Uint8Array) {
        count += length;
        return source.read(offset, length, into);
      },
    };
    readNpy(counting, { rows: [10, 12] });
    expect(count).toBeLessThan(8000 + 200);
  });
  it("outside the array are refused", () => {
    const file = writeNpy({ data, shape });
    expect(() => readNpy(file, { rows: [3, 8] })).toThrow(
      "readNpy: rows must lie in [0, 7] of an array with axes, got 3 to 8",
    );
    expect(() => readNpy(file, { rows: [-1, 2] })).toThrow("got -1 to 2");
  });
});

describe("a file on disk", () => {
  it("is read as from memory, in part and as another type", () => {
    const folder = mkdtempSync(join(tmpdir(), "geodl-npy-"));
    const path = join(folder, "a.npy");
    const data = rng(1).fill(new Float64Array(300), "normal");
    writeFileSync(path, writeNpy({ data, shape: [30, 10] }));
    const source = fileSource(path);
    expectSame(readNpy(source).data as Float64Array, data);
    const part = readNpy(source, { rows: [4, 6], as: "float32" });
    expect(part.shape).toEqual([2, 10]);
    expectSame(part.data, Float32Array.from(data.subarray(40, 60)));
    source.close();
    rmSync(folder, { recursive: true });
    expect(() => fileSource(path)).toThrow("ENOENT");
  });
});

describe("npz", () => {
  const want = goldenJson<{ data: Raw; flag: number[]; channels: string }>("npz.json");
  for (const name of ["stored", "deflated"])
    it(`${name}: arrays equal NumPy's`, () => {
      const file = goldenFile(`${name}.npz`);
      const arrays = readNpz(file);
      expect([...arrays.keys()]).toEqual(["data", "itp", "flag", "channels"]);
      expect(arrays.get("data")!.shape).toEqual([40, 3]);
      expectSame(arrays.get("data")!.data as Float64Array, valuesOf(want.data) as Float64Array);
      expect(arrays.get("itp")!.data).toEqual(BigInt64Array.of(3000n));
      expect([...arrays.get("flag")!.data]).toEqual(want.flag);
      expect(arrays.get("channels")!.data).toEqual([want.channels]);
      const rows = openNpz(file).read("data", { rows: [7, 9] });
      expectSame(rows.data as Float64Array, (valuesOf(want.data) as Float64Array).subarray(21, 27));
      if (name === "stored") expect(Buffer.from(writeNpz(arrays)).equals(file)).toBe(true);
      const again = readNpz(writeNpz(arrays, { isDeflated: true }));
      expectSame(again.get("data")!.data as Float64Array, valuesOf(want.data) as Float64Array);
    });
  it("a flipped bit of the data is found by the checksum", () => {
    for (const name of ["stored", "deflated"]) {
      const file = goldenFile(`${name}.npz`);
      file[400]! ^= 1;
      expect(() => readNpz(file)).toThrow(/^readNpz: member "data.npy" must (have the checksum|unpack to)/);
    }
  });
  it("a name that is not there is named with those that are", () => {
    expect(() => readNpz(goldenFile("stored.npz"), ["x"])).toThrow(
      'one of data, itp, flag, channels, got "x"',
    );
  });
});

describe("damaged files", () => {
  it("npy", { timeout: 600_000 }, () => {
    const files = [...golden.cases, ...golden.texts].map(({ file }) => fromBase64(file));
    expectSafe(files, (bytes) => sizeOf(readNpy(bytes)), /^readNpy: .+, got /, { head: 128, growth: 8 });
  });
  it("npz", { timeout: 600_000 }, () => {
    const files = ["stored", "deflated"].map((name) => goldenFile(`${name}.npz`));
    files.push(
      writeNpz({
        a: { data: new Float32Array(4), shape: [4] },
        b: { data: new Uint8Array(50), shape: [50] },
      }),
    );
    const read = (bytes: Uint8Array) =>
      [...readNpz(bytes).values()].reduce((n, array) => n + sizeOf(array), 0);
    expectSafe(files, read, /^(readNpz|readNpy): .+, got /, { head: 1e9, growth: 8 });
  });
  it("another format version is named", () => {
    const file = writeNpy({ data: new Float32Array(1), shape: [1] });
    file[7] = 81;
    expect(() => readNpy(file)).toThrow(
      "readNpy: the format version must be 1.0, 2.0 or 3.0, got 1.81 (byte 6)",
    );
  });
  it("a promise of 10^15 elements is refused before memory is taken", () => {
    const file = writeNpy({ data: new Float32Array(1), shape: [1] });
    const text = Buffer.from(file)
      .toString("latin1")
      .replace("(1,), }               ", "(1000000000000000,), }");
    expect(() => readNpy(new Uint8Array(Buffer.from(text, "latin1")))).toThrow(
      /must fit the file, got 4 bytes for 4000000000000000$/,
    );
  });
});

describe("public data", () => {
  it("PhaseNet's training records", (ctx) => {
    const path = dataFile("picking/phasenet-train/BG_ACR_2012082505145960.npz");
    if (!path) return ctx.skip("needs GEODL_DATA: picking/phasenet-train");
    const file = new Uint8Array(readFileSync(path));
    const arrays = readNpz(file);
    expect([...arrays.keys()]).toEqual(["data", "itp", "its", "channels"]);
    expect(arrays.get("data")).toMatchObject({ shape: [9001, 3], dtype: "float64" });
    expect(arrays.get("itp")!.data).toEqual(BigInt64Array.of(3000n));
    expect(arrays.get("channels")!.data[0]).toMatch(/^..._..._...$/);
    const back = readNpz(writeNpz(arrays));
    expectSame(back.get("data")!.data as Float64Array, arrays.get("data")!.data as Float64Array);
  });
  it("a Fortran-ordered gather, written back to the same bytes", (ctx) => {
    const path = dataFile("first-break/geostack-train/108.npy");
    if (!path) return ctx.skip("needs GEODL_DATA: first-break/geostack-train");
    const file = readFileSync(path);
    const gather = readNpy(file);
    expect(gather).toMatchObject({ shape: [4000, 48], dtype: "float32", isFortran: true });
    expectSame(
      readNpy(file, { rows: [100, 103] }).data as Float32Array,
      (gather.data as Float32Array).subarray(4800, 4944),
    );
    expectSame(readNpy(writeNpy(gather)).data as Float32Array, gather.data as Float32Array);
  });
});
