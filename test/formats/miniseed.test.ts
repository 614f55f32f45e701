import { rng } from "geodl/core";
import {
  isoTime,
  type MiniSeedEncoding,
  type MiniSeedSegment,
  memorySource,
  readMiniSeed,
  writeMiniSeed,
} from "geodl/formats";
import { describe, expect, it } from "vitest";
import { expectSame, fromBase64, goldenJson, type Raw, valuesOf } from "./golden.js";
import { expectSafe } from "./mutations.js";

interface Case {
  readonly name: string;
  readonly file: string;
  readonly segments: readonly { id: string; start: number; sampleRate: number; quality: string; data: Raw }[];
  readonly encoding: MiniSeedEncoding;
  readonly recordLength: number;
  readonly isLittle: boolean;
}
const golden = goldenJson<Case[]>("miniseed.json");
const id = "XX.ABC..HHZ";

describe("readMiniSeed and writeMiniSeed equal ObsPy", () => {
  for (const { name, file, segments, encoding, ...options } of golden)
    it(name, () => {
      const bytes = fromBase64(file);
      const got = readMiniSeed(bytes);
      expect(got.length).toBe(segments.length);
      for (const [i, want] of segments.entries()) {
        const { data, start, sampleRate } = got[i]!;
        expect(got[i]).toMatchObject({ id: want.id, quality: want.quality, encoding });
        expect(Math.abs(start - want.start)).toBeLessThan(5e-7);
        expect(Math.abs(sampleRate / want.sampleRate - 1)).toBeLessThan(1e-12);
        expectSame(data, valuesOf(want.data) as Int32Array);
      }
      const written = writeMiniSeed(got, options);
      // ObsPy ended a record where this file's second trace began; read as one segment it packs tighter
      if (!name.startsWith("gaps")) expect(Buffer.from(written).equals(bytes)).toBe(true);
      for (const [i, { data }] of readMiniSeed(written).entries()) expectSame(data, got[i]!.data);
    });
});

describe("writeMiniSeed", () => {
  const random = rng(4);
  for (const encoding of ["steim1", "steim2", "int32"] as const)
    for (const isLittle of [false, true])
      for (const recordLength of [128, 4096])
        it(`${encoding}, ${isLittle ? "little" : "big"}-endian, ${recordLength} bytes: differences of every size`, () => {
          const bits = encoding === "steim2" ? 28 : 31;
          const data = Int32Array.from({ length: 3000 }, () =>
            Math.round(random.normal() * 2 ** random.uniform(0, bits - 2.2)),
          );
          const start = 1456790398.123456;
          const [got, ...rest] = readMiniSeed(
            writeMiniSeed([{ id, start, sampleRate: 100, data, encoding }], { isLittle, recordLength }),
          );
          expect(rest).toEqual([]);
          expectSame(got!.data, data);
          expect(isoTime(got!.start)).toBe("2016-02-29T23:59:58.123456Z");
        });
  it("Steim 1 goes round the ends of 32 bits", () => {
    const data = Int32Array.of(2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, 0, -(2 ** 31));
    expectSame(
      readMiniSeed(writeMiniSeed([{ id, start: 0, sampleRate: 1, data, encoding: "steim1" }]))[0]!.data,
      data,
    );
  });
  it("keeps odd sample rates", () => {
    for (const sampleRate of [1e-4, 0.3, 1 / 7, 1, 99.99, 123.456789, 1000, 32768, 200000]) {
      const [got] = readMiniSeed(writeMiniSeed([{ id, start: 0, sampleRate, data: Int32Array.of(1, 2, 3) }]));
      expect(Math.abs(got!.sampleRate / sampleRate - 1)).toBeLessThan(1e-7);
    }
  });
  it("names what does not fit", () => {
    const data = Int32Array.of(0, 2 ** 30);
    const segment = { id, start: 0, sampleRate: 1, data };
    expect(() => writeMiniSeed([segment])).toThrow(
      "Steim 2 must have differences below 2^29, got more at sample 1 of XX.ABC..HHZ",
    );
    expect(() => writeMiniSeed([{ ...segment, encoding: "int16" }])).toThrow(
      "int16 must hold -32768 to 32767, got 1073741824",
    );
    expect(() => writeMiniSeed([{ ...segment, encoding: "float32" }])).toThrow(
      "float32 must go with floats, got Int32Array",
    );
    expect(() => writeMiniSeed([{ ...segment, id: "ABC" }])).toThrow(
      'id must be NET.STA.LOC.CHA with at most 2, 5, 2, 3 characters, got "ABC"',
    );
    expect(() => writeMiniSeed([segment], { recordLength: 500 })).toThrow(
      "recordLength must be a power of two from 128 to 1048576, got 500",
    );
  });
});

describe("gaps", () => {
  const data = Int32Array.from({ length: 1000 }, (_, i) => i);
  const at = (start: number, first: number, end: number): MiniSeedSegment => ({
    id,
    start,
    sampleRate: 100,
    data: data.subarray(first, end),
    encoding: "int32",
    quality: "D",
  });
  it("longer than half a sample begin a new segment, shorter ones do not", () => {
    const file = writeMiniSeed([at(0, 0, 300), at(3.004, 300, 400), at(4.01, 400, 600), at(5.9, 600, 1000)]);
    const got = readMiniSeed(file);
    expect(got.map(({ start, data }) => [start, data.length])).toEqual([
      [0, 400],
      [4.01, 200],
      [5.9, 400],
    ]);
    expectSame(
      got.flatMap(({ data }) => [...data]),
      data,
    );
  });
  it("a stream's records may lie between another's", () => {
    const other = { ...at(0, 0, 100), id: "XX.ABC..HHN" };
    const got = readMiniSeed(writeMiniSeed([at(0, 0, 100), other, at(1, 100, 200), { ...other, start: 1 }]));
    expect(got.map(({ id, data }) => [id, data.length])).toEqual([
      [id, 200],
      ["XX.ABC..HHN", 200],
    ]);
  });
});

describe("parts", () => {
  const data = rng(3).fill(new Float32Array(20000), "normal");
  const file = writeMiniSeed([
    { id, start: 1e9, sampleRate: 50, data },
    { id: "YY.B.01.LHZ", start: 1e9 + 10, sampleRate: 1, data: data.subarray(0, 300) },
  ]);
  it("of time and of streams", () => {
    for (const [from, to] of [
      [0, 2e9],
      [1e9 + 3.02, 1e9 + 7],
      [1e9 + 399.97, 2e9],
      [1e9, 1e9 + 0.001],
      [0, 1e9],
    ] as const) {
      const first = Math.max(0, Math.round((from - 1e9) * 50));
      const end = Math.min(20000, Math.ceil((to - 1e9) * 50 - 1e-3));
      const got = readMiniSeed(file, { from, to, ids: [id] });
      if (end <= 0) expect(got).toEqual([]);
      else {
        expectSame(got[0]!.data, data.subarray(first, end));
        expect(got[0]!.start).toBeCloseTo(1e9 + first / 50, 5);
      }
    }
    expect(readMiniSeed(file, { ids: ["YY.B.01.LHZ"] }).map((segment) => segment.data.length)).toEqual([300]);
  });
  it("a file longer than one block, with the same answer, each byte read at most twice", () => {
    const long = rng(5).fill(new Float64Array(300000), "normal");
    const bytes = writeMiniSeed([{ id, start: 0, sampleRate: 50, data: long }]);
    const source = memorySource(bytes);
    let count = 0;
    const read = (offset: number, length: number, into?: Uint8Array) => {
      count += length;
      return source.read(offset, length, into);
    };
    expectSame(readMiniSeed({ size: source.size, read })[0]!.data, long);
    expect(count).toBeLessThan(2.1 * bytes.length);
  });
});

describe("errors", () => {
  const file = writeMiniSeed([
    { id, start: 0, sampleRate: 1, data: Int32Array.from({ length: 200 }, (_, i) => i * i) },
  ]);
  const changed = (at: number, value: number) => {
    const copy = file.slice();
    copy[at] = value;
    return () => readMiniSeed(copy);
  };
  it("name the rule, the value and the place", () => {
    expect(changed(52, 16)).toThrow(
      "readMiniSeed: the encoding must be 0 (text), 1, 3 (integers), 4, 5 (floats), 10 or 11 (Steim), got 16 in the record at 0",
    );
    expect(changed(70, 1)).toThrow(
      /^readMiniSeed: Steim 2 frames must give their samples, got the last sample \d+ in place of \d+ \(byte 0\)$/,
    );
    expect(changed(6, 65 + 23)).toThrow(
      'readMiniSeed: a record must begin with its number and D, R, Q or M, got "000001X " (byte 0)',
    );
    expect(changed(54, 25)).toThrow(
      "readMiniSeed: the record length must be 2^7 to 2^20, got 2^25 (byte 54)",
    );
    expect(() => readMiniSeed(file.subarray(0, 500))).toThrow(
      "readMiniSeed: a record of 512 bytes at 0 must end inside the file, got 500 bytes",
    );
    expect(() => readMiniSeed(new Uint8Array(0))).toThrow(
      "the file must hold a record of data, got none in 0 bytes",
    );
    expect(changed(30, 255)).toThrow("a record must hold its samples, got");
  });
});

describe("damaged files", () => {
  it("an error or as much data as the file holds", { timeout: 600_000 }, () => {
    const files = golden.map(({ file }) => fromBase64(file).slice(0, 1024));
    const kept = files.filter((file) => file.length % 512 === 0);
    const read = (bytes: Uint8Array) => readMiniSeed(bytes).reduce((n, { data }) => n + data.byteLength, 0);
    expectSafe(kept, read, /^readMiniSeed: .+, got /, { head: 128, growth: 8 });
  });
});
