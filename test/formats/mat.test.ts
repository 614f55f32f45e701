import { readFileSync } from "node:fs";
import {
  fileSource,
  type MatNumeric,
  type MatValue,
  memorySource,
  openMat,
  readMat,
  writeMat,
} from "geodl/formats";
import { describe, expect, it } from "vitest";
import { dataFile, expectSame, fromBase64, goldenJson } from "./golden.js";
import { expectTree, sizeOf, type Tree } from "./mat-tree.js";
import { expectSafe } from "./mutations.js";

interface Case {
  readonly name: string;
  readonly file: string;
  readonly values: Readonly<Record<string, Tree>>;
}
const golden = goldenJson<Case[]>("mat.json");

describe("readMat and writeMat equal SciPy", () => {
  for (const { name, file, values } of golden)
    it(name, () => {
      const bytes = fromBase64(file);
      const got = readMat(bytes);
      expect([...got.keys()].sort()).toEqual(Object.keys(values).sort());
      for (const [key, want] of Object.entries(values)) expectTree(got.get(key)!, want);
      const { description } = openMat(bytes);
      expect(description).toBe("MATLAB 5.0 MAT-file Platform: posix, Created on: Mon Jan  1 00:00:00 2024");
      const isCompressed = name.endsWith("compressed");
      const written = writeMat(got, { description, isCompressed });
      if (!isCompressed) expect(Buffer.from(written).equals(bytes)).toBe(true);
      const turned = writeMat(got, { isLittle: false, isCompressed });
      for (const again of [readMat(written), readMat(turned)]) expect(again).toEqual(got);
    });
  it("classes and flags", () => {
    const got = readMat(fromBase64(golden[0]!.file));
    expect(got.get("logical")).toMatchObject({ class: "uint8", isLogical: true });
    expect(got.get("i8")).toMatchObject({ class: "int64", isLogical: false });
    expect((got.get("i8") as MatNumeric).data).toBeInstanceOf(BigInt64Array);
    expect(openMat(fromBase64(golden[0]!.file)).variables[0]).toEqual({
      name: "f8",
      class: "double",
      shape: [3, 4],
      isCompressed: false,
    });
  });
});

describe("writeMat", () => {
  it("takes Grids, numbers and text", () => {
    const grid = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] };
    const got = readMat(
      writeMat({
        vp: grid,
        dt: 0.004,
        name: "Marmousi 𝄞",
        rows: ["a", "bcd"],
        list: { data: Int16Array.of(1, 2), shape: [2] },
      }),
    );
    expect(got.get("vp")).toMatchObject({ class: "single", shape: [2, 3], data: grid.data });
    expect(got.get("dt")).toMatchObject({ class: "double", shape: [1, 1], data: Float64Array.of(0.004) });
    expect(got.get("name")).toMatchObject({ rows: ["Marmousi 𝄞"] });
    expect(got.get("rows")).toMatchObject({ rows: ["a  ", "bcd"] });
    expect(got.get("list")).toMatchObject({ class: "int16", shape: [1, 2] });
  });
  it("names what does not fit", () => {
    const data = new Float32Array(4);
    expect(() => writeMat({ "2d": 1 })).toThrow(
      'a name must be a letter and at most 62 letters, digits and underscores, got "2d"',
    );
    expect(() => writeMat({ a: { data, shape: [3, 2] } })).toThrow(
      "writeMat: a must hold 6 elements of class single, got 4 of single",
    );
    const cell: MatValue = { kind: "cell", values: [], shape: [1, 1] };
    expect(() => writeMat({ a: cell })).toThrow("writeMat: a must hold 1 values, got 0");
    expect(() => writeMat({ a: { kind: "other", class: "object" } })).toThrow(
      "a must be numeric, text, a cell or a struct, got other",
    );
  });
});

describe("parts", () => {
  const data = Float64Array.from({ length: 1000 * 400 }, (_, i) => i);
  it("columns, and one variable of many, are all that is read", () => {
    const source = memorySource(
      writeMat({ first: { data, shape: [1000, 400] }, second: { data, shape: [1000, 400] } }),
    );
    let count = 0;
    const read = (offset: number, length: number, into?: Uint8Array) => {
      count += length;
      return source.read(offset, length, into);
    };
    const file = openMat({ size: source.size, read });
    const part = file.read("second", { columns: [7, 9] }) as MatNumeric;
    expect(part.shape).toEqual([1000, 2]);
    expectSame(
      part.data,
      Float64Array.from({ length: 2000 }, (_, i) => 400 * Math.floor(i / 2) + 7 + (i % 2)),
    );
    expect(count).toBeLessThan(16000 + 600);
    expect(() => file.read("second", { columns: [7, 401] })).toThrow(
      "columns must lie in [0, 400], got 7 to 401",
    );
    expect(() => file.read("third")).toThrow(
      'openMat: the variable must be one of first, second, got "third"',
    );
  });
  it("are the same out of a compressed variable", () => {
    const file = openMat(writeMat({ a: { data, shape: [1000, 400] } }, { isCompressed: true }));
    expectSame(
      (file.read("a", { columns: [399, 400] }) as MatNumeric).data,
      Float64Array.from({ length: 1000 }, (_, i) => 400 * i + 399),
    );
  });
});

describe("sparse arrays", () => {
  it("come as their elements that are not zero", () => {
    // [0 5; 0 0; 6 7] put together by hand: rows 2, 0, 2; column starts 0, 1, 3
    const part = (type: number, ints: Int32Array | Float64Array) => {
      const bytes = Buffer.alloc(8 + Math.ceil(ints.byteLength / 8) * 8);
      bytes.writeUInt32LE(type, 0);
      bytes.writeUInt32LE(ints.byteLength, 4);
      bytes.set(new Uint8Array(ints.buffer), 8);
      return bytes;
    };
    const name = Buffer.from([1, 0, 1, 0, 115, 0, 0, 0]);
    const body = Buffer.concat([
      part(6, Int32Array.of(5, 3)),
      part(5, Int32Array.of(3, 2)),
      name,
      part(5, Int32Array.of(2, 0, 2)),
      part(5, Int32Array.of(0, 1, 3)),
      part(9, Float64Array.of(6, 5, 7)),
    ]);
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(14, 0);
    tag.writeUInt32LE(body.length, 4);
    const file = Buffer.concat([writeMat({}), tag, body]);
    expect(readMat(file).get("s")).toMatchObject({
      kind: "sparse",
      shape: [3, 2],
      rows: Int32Array.of(2, 0, 2),
      columns: Int32Array.of(0, 1, 1),
      data: Float64Array.of(6, 5, 7),
    });
  });
});

describe("errors", () => {
  const file = writeMat({ a: { data: new Float32Array(6), shape: [2, 3] } });
  const changed = (at: number, value: number) => {
    const copy = file.slice();
    copy[at] = value;
    return () => readMat(copy);
  };
  it("name the rule, the value and the place", () => {
    expect(() => readMat(file.subarray(0, 100))).toThrow(
      "readMat: a MAT file must have at least 128 bytes, got 100",
    );
    expect(changed(125, 2)).toThrow(
      "readMat: the version must be 0x0100 (0x0200 is MATLAB 7.3, an HDF5 file), got 0x0200 (byte 124)",
    );
    expect(changed(126, 0)).toThrow(
      'readMat: bytes 126 and 127 must be IM or MI (version 4 has none), got "\\u0000M"',
    );
    expect(changed(160, 4)).toThrow(
      /^readMat: an array of shape \[4, 3\] must hold 12 elements, got 6 \(byte \d+\)$/,
    );
    expect(() => readMat(file.subarray(0, 190))).toThrow(
      "readMat: an element must end inside its array, got 72 bytes at 128 where 190 is the end",
    );
  });
  it("arrays nested without end are refused", () => {
    let value: MatValue = { kind: "cell", values: [], shape: [0, 0] };
    for (let i = 0; i < 40; i++) value = { kind: "cell", values: [value], shape: [1, 1] };
    expect(() => readMat(writeMat({ deep: value }))).toThrow(
      "readMat: arrays must nest at most 32 deep, got more",
    );
  });
});

describe("damaged files", () => {
  it("an error or as much data as the file holds", { timeout: 600_000 }, () => {
    const read = (bytes: Uint8Array) =>
      [...readMat(bytes).values()].reduce((n, value) => n + sizeOf(value), 0);
    expectSafe(
      golden.map(({ file }) => fromBase64(file)),
      read,
      /^readMat: .+, got /,
      { head: 1e9, growth: 16 },
    );
  });
});

describe("public data", () => {
  it("Marmousi 2: numbers, cells and structs", (ctx) => {
    const path = dataFile("velocity/adseismic/marmousi2-model-smooth.mat");
    if (!path) return ctx.skip("needs GEODL_DATA: velocity/adseismic");
    const source = fileSource(path);
    const file = openMat(source);
    expect(file.variables.slice(0, 5).map(({ name, class: c, shape }) => [name, c, shape])).toEqual([
      ["vp", "double", [202, 68]],
      ["vs", "double", [202, 68]],
      ["rho", "double", [202, 68]],
      ["mask", "double", [202, 68]],
      ["source", "cell", [1, 8]],
    ]);
    const shots = file.read("source");
    const shot = shots.kind === "cell" ? shots.values[1]! : shots;
    expect(shot.kind === "struct" && [...shot.fields.keys()]).toEqual(["ix", "iy", "vec"]);
    expect(shot.kind === "struct" && shot.fields.get("ix")![0]).toMatchObject({
      data: BigInt64Array.of(43n),
    });
    expect((file.read("nt") as MatNumeric).data).toEqual(BigInt64Array.of(1678n));
    source.close();
    const bytes = readFileSync(path);
    const again = writeMat(readMat(bytes), { description: file.description });
    expect(bytes.equals(again)).toBe(true);
  });
  it("mar_big: a model and wavelets, written back to the same bytes", (ctx) => {
    for (const name of ["mar_big_initmodel", "mar_big_initsource"]) {
      const path = dataFile(`velocity/siamesefwi/${name}.mat`);
      if (!path) return ctx.skip("needs GEODL_DATA: velocity/siamesefwi");
      const bytes = readFileSync(path);
      const file = openMat(bytes);
      expect(bytes.equals(writeMat(readMat(bytes), { description: file.description }))).toBe(true);
    }
  });
});
