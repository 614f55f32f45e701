import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { Grid } from "geodl/core";
import { rng } from "geodl/core";
import {
  fileSource,
  memorySource,
  readSegy,
  type Segy,
  type SegyBinaryField,
  type SegyFormat,
  type SegyTraceField,
  segyBinaryFields,
  segyFormats,
  segyTraceBytes,
  segyTraceFields,
  writeSegy,
} from "geodl/formats";
import { describe, expect, it } from "vitest";
import { dataFile, expectSame, fromBase64, goldenJson, type Raw, valuesOf } from "./golden.js";
import { expectSafe } from "./mutations.js";

interface Case {
  readonly name: string;
  readonly file: string;
  readonly text: readonly string[];
  readonly dt: number;
  readonly format: SegyFormat;
  readonly samples: Raw | null;
  readonly sum?: readonly number[];
  readonly binary: Readonly<Record<string, number>>;
  readonly headers: Readonly<Record<SegyTraceField, readonly number[]>>;
}
interface Three {
  readonly name: string;
  readonly file: string;
  readonly samples: readonly number[][];
}
const golden = goldenJson<{ cases: Case[]; three: Three[] }>("segy.json");
const unpack = (text: string) => new Uint8Array(inflateSync(fromBase64(text)));
const names = Object.keys(segyTraceFields) as SegyTraceField[];

/** The whole file made anew from what was read. */
function rewrite(file: Segy, samples: Grid<Float32Array> | Grid<Float64Array>): Uint8Array {
  return Buffer.concat([file.head(), segyTraceBytes(file, samples), file.tail()]);
}

describe("readSegy equals segyio", () => {
  for (const { name, file, ...want } of golden.cases)
    it(name, () => {
      const bytes = unpack(file);
      const segy = readSegy(bytes);
      expect(segy.format).toBe(want.format);
      expect(segy.dt).toBeCloseTo(want.dt, 12);
      expect(segy.text).toEqual(want.text);
      for (const field of Object.keys(want.binary).filter((field) => field in segyBinaryFields))
        expect([field, segy.binary[field as SegyBinaryField]]).toEqual([field, want.binary[field]]);
      const headers = Array.from({ length: segy.nTraces }, (_, i) => segy.header(i));
      for (const field of names) {
        expect([field, headers.map((header) => header[field])]).toEqual([field, want.headers[field]]);
        expect([...segy.column(field)]).toEqual(want.headers[field]);
      }
      const section = segy.traces64();
      if (want.samples) {
        expect(section.shape).toEqual(want.samples.shape);
        const samples = valuesOf(want.samples);
        expectSame(section.data, Float64Array.from(samples as Float64Array, Number));
        expectSame(segy.traces().data, Float32Array.from(samples as Float64Array, Number));
      } else {
        const n = segy.nSamples;
        for (const [i, sum] of want.sum!.entries())
          expect(section.data.subarray(i * n, (i + 1) * n).reduce((a, b) => a + b)).toBe(sum);
      }
      if (![9, 12].includes(segy.format))
        expect(Buffer.from(bytes).equals(rewrite(segy, section))).toBe(true);
    });
  for (const { name, file, samples } of golden.three)
    it(`${name}, as the standard says`, () => {
      const bytes = unpack(file);
      const segy = readSegy(bytes);
      expect(segy.isEbcdic).toBe(false);
      expectSame(segy.traces().data, samples.flat());
      expect(Buffer.from(bytes).equals(rewrite(segy, segy.traces()))).toBe(true);
    });
});

describe("writeSegy", () => {
  for (const { name, file } of golden.cases.filter(({ format }) => format !== 9 && format !== 12))
    it(`from records alone gives the same bytes: ${name}`, () => {
      const bytes = unpack(file);
      const segy = readSegy(bytes);
      const { format, isLittle, text, binary, dt, isEbcdic } = segy;
      const headers = (i: number) => segy.header(i);
      const revision = segy.revision as 0 | 1 | 2;
      const again = writeSegy(segy.traces64(), {
        dt,
        format,
        isLittle,
        text,
        binary,
        isEbcdic,
        headers,
        revision,
      });
      const differing = [...again.keys()].filter((i) => again[i] !== bytes[i]);
      expect(again.length).toBe(bytes.length);
      expect(differing).toEqual([]);
    });
  const data = rng(3).fill(new Float32Array(60), "normal");
  for (const format of Object.keys(segyFormats).map(Number) as SegyFormat[])
    for (const isLittle of [false, true])
      it(`format ${format}, ${isLittle ? "little" : "big"}-endian, reads back`, () => {
        const { range } = segyFormats[format];
        const samples = range
          ? data.map((v) => Math.min(range[1], Math.max(range[0], Math.round(100 * v))))
          : data;
        const offset = Int32Array.from({ length: 4 }, (_, i) => -100 * i);
        const options = { dt: 0.002, format, isLittle, isEbcdic: !isLittle, headers: { offset } };
        const segy = readSegy(writeSegy({ data: samples, shape: [4, 15] }, options));
        expect(segy).toMatchObject({
          nTraces: 4,
          nSamples: 15,
          dt: 0.002,
          format,
          isLittle,
          revision: 1,
          isEbcdic: !isLittle,
        });
        expect(segy.column("offset")).toEqual(offset);
        expect(segy.text[0]).toContain("TRACES 4  SAMPLES A TRACE 15  INTERVAL 2000 MICROSECONDS");
        const size = format === 1 ? 2 ** -20 : 0;
        for (const [i, v] of segy.traces().data.entries())
          expect(Math.abs(v - samples[i]!)).toBeLessThanOrEqual(size * Math.abs(v));
      });
  it("takes revision 2 for an interval that is no whole number of microseconds", () => {
    const segy = readSegy(writeSegy({ data, shape: [4, 15] }, { dt: 0.0003125 }));
    expect(segy).toMatchObject({ revision: 2, dt: 0.0003125, nTraces: 4, nSamples: 15 });
    expect(segy.binary).toMatchObject({ ExtInterval: 312.5, TracesInFile: 4, FirstTraceOffset: 3600 });
  });
  it("integers take the nearest number inside their range", () => {
    const samples = Float32Array.of(1e9, -1e9, 2.5, -2.6, 0.4);
    const segy = readSegy(writeSegy({ data: samples, shape: [1, 5] }, { dt: 0.001, format: 3 }));
    expectSame(segy.traces().data, [32767, -32768, 3, -3, 0]);
  });
  it("names what does not fit", () => {
    const grid = { data, shape: [4, 15] };
    expect(() => writeSegy({ data, shape: [4, 14] }, { dt: 1 })).toThrow(
      "writeSegy: samples must have shape [trace, time], got [4, 14] for 60 numbers",
    );
    expect(() => writeSegy(grid, { dt: 0 })).toThrow("writeSegy: dt must be > 0, got 0");
    expect(() => writeSegy(grid, { dt: 0.001, headers: { offset: [1] } })).toThrow(
      "offset must have one number a trace, 4, got 1",
    );
    expect(() => writeSegy(grid, { dt: 0.001, binary: { Traces: 40000 } })).toThrow(
      "Traces must be a whole number from -32768 to 32767, got 40000",
    );
    const bad = { data: Float32Array.of(1, Number.NaN), shape: [1, 2] };
    expect(() => writeSegy(bad, { dt: 0.001, format: 1 })).toThrow(
      "samples of format 1 (IBM float) must be finite and in range, got NaN at 1",
    );
    expect(() => writeSegy(bad, { dt: 0.001, format: 3 })).toThrow("got NaN at 1");
  });
});

describe("IBM floats", () => {
  const words = [
    0x42640000, 0xc276a000, 0x41100000, 0x46000001, 0x40000000, 0x80000000, 0x7fffffff, 0x00100000,
  ];
  const file = writeSegy({ data: new Float32Array(8), shape: [1, 8] }, { dt: 0.001, format: 1 });
  for (const [i, word] of words.entries()) new DataView(file.buffer).setUint32(3840 + 4 * i, word);
  const values = [100, -118.625, 1, 1, 0, -0, 2 ** 252 * (1 - 2 ** -24), 2 ** -260];
  it("known patterns, not normalised ones, too, which segyio misreads", () => {
    expectSame(readSegy(file).traces64().data, values);
    expectSame(readSegy(file).traces().data, Float32Array.from(values));
  });
  it("the nearest one is written: off by at most half its last bit, single and double alike", () => {
    const random = rng(8);
    const x = Float32Array.from({ length: 5000 }, () => random.normal() * 16 ** random.uniform(-30, 30));
    x.set([1e-45, 3.4e38, -3.4e38, 1.17549435e-38, 16, 1 - 2 ** -24, 0.1, -0.1]);
    const single = writeSegy({ data: x, shape: [1, x.length] }, { dt: 0.001, format: 1 });
    const double = writeSegy({ data: Float64Array.from(x), shape: [1, x.length] }, { dt: 0.001, format: 1 });
    expect(Buffer.from(single).equals(double)).toBe(true);
    for (const [i, v] of readSegy(single).traces64().data.entries()) {
      const unit = 16 ** (Math.ceil(Math.log2(Math.abs(x[i]!) * (1 + 1e-12)) / 4) - 6);
      if (Math.abs(v - x[i]!) > unit / 2) expect.fail(`${x[i]} became ${v}`);
    }
  });
});

describe("parts", () => {
  const data = Float32Array.from({ length: 12 * 3000 }, (_, i) => i);
  for (const [format, nSamples] of [
    [1, 30],
    [5, 3000],
    [8, 1000],
    [7, 3000],
  ] as const)
    it(`are the same part of the whole, format ${format}, ${nSamples} samples`, () => {
      const file = writeSegy(
        { data: data.subarray(0, 12 * nSamples).map((v) => v % 100), shape: [12, nSamples] },
        { dt: 0.001, format },
      );
      const segy = readSegy(file);
      const whole = segy.traces().data;
      for (const [from, to, first, end] of [
        [0, 12, 0, nSamples],
        [3, 7, 5, 9],
        [11, 12, nSamples - 1, nSamples],
        [4, 4, 0, 5],
      ] as const) {
        const part = segy.traces({ from, to, samples: [first, end] });
        expect(part.shape).toEqual([to - from, end - first]);
        const want = Array.from({ length: to - from }, (_, i) => [
          ...whole.subarray((from + i) * nSamples + first, (from + i) * nSamples + end),
        ]);
        expectSame(part.data, want.flat());
      }
    });
  it("are all that is read", () => {
    const source = memorySource(
      writeSegy({ data: new Float32Array(1e6), shape: [1000, 1000] }, { dt: 0.001 }),
    );
    let count = 0;
    const read = (offset: number, length: number, into?: Uint8Array) => {
      count += length;
      return source.read(offset, length, into);
    };
    const segy = readSegy({ size: source.size, read });
    segy.traces({ from: 500, to: 502 });
    segy.traces({ samples: [10, 12] });
    segy.column("offset");
    expect(count).toBeLessThanOrEqual(3600 + 3200 + 240 + 2 * 4240 + 8000 + 4000);
  });
  it("of a file of 5 GB are read without loading it", () => {
    const folder = mkdtempSync(join(tmpdir(), "geodl-segy-"));
    const path = join(folder, "big.sgy");
    const head = writeSegy({ data: new Float32Array(2500), shape: [1, 2500] }, { dt: 0.001, format: 1 });
    const trace = writeSegy(
      { data: data.subarray(0, 2500), shape: [1, 2500] },
      { dt: 0.001, format: 1 },
    ).subarray(3600);
    const nTraces = 500_000;
    const file = openSync(path, "w"); // holes take no room on the disk
    writeSync(file, head);
    writeSync(file, trace, 0, trace.length, 3600 + (nTraces - 1) * trace.length);
    closeSync(file);
    const source = fileSource(path);
    const memory = process.memoryUsage().arrayBuffers;
    const segy = readSegy(source);
    expect(segy.nTraces).toBe(nTraces);
    expectSame(segy.traces({ from: nTraces - 1 }).data, data.subarray(0, 2500));
    expect(segy.column("TRACE_SEQUENCE_LINE", { from: nTraces - 2 })).toEqual(Int32Array.of(0, 1));
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(2 ** 20);
    source.close();
    rmSync(folder, { recursive: true });
  });
  it("outside the file are refused", () => {
    const segy = readSegy(writeSegy({ data, shape: [12, 3000] }, { dt: 0.001 }));
    expect(() => segy.traces({ from: 5, to: 13 })).toThrow(
      "readSegy: traces must lie in [0, 12], got 5 to 13",
    );
    expect(() => segy.traces({ samples: [2, 3001] })).toThrow("samples must lie in [0, 3000], got 2 to 3001");
    expect(() => segy.header(12)).toThrow("got 12 to 13");
  });
  it("written one by one make the same file", () => {
    const segy = readSegy(writeSegy({ data, shape: [12, 3000] }, { dt: 0.001, format: 1 }));
    const parts = [0, 5, 10].map((from) =>
      segyTraceBytes(segy, segy.traces({ from, to: Math.min(from + 5, 12) }), from),
    );
    const whole = rewrite(segy, segy.traces());
    expect(Buffer.concat([segy.head(), ...parts]).equals(whole)).toBe(true);
  });
});

describe("revision 2", () => {
  const data = Float32Array.from({ length: 10 }, (_, i) => i);
  const plain = writeSegy({ data, shape: [2, 5] }, { dt: 0.001, revision: 2 });
  it("additional trace headers, trailing stanzas and a stated first trace are kept and passed over", () => {
    const file = Buffer.alloc(3600 + 100 + 2 * (480 + 20) + 3200, 0x40);
    file.set(plain.subarray(0, 3600));
    const view = new DataView(file.buffer, file.byteOffset);
    view.setInt32(3506, 1);
    view.setInt32(3528, 1);
    view.setBigUint64(3520, 3700n);
    for (const i of [0, 1]) file.set(plain.subarray(3600 + 260 * i, 3840 + 260 * i), 3700 + 500 * i);
    for (const i of [0, 1]) file.set(plain.subarray(3840 + 260 * i, 3860 + 260 * i), 3700 + 500 * i + 480);
    const segy = readSegy(new Uint8Array(file));
    expect(segy).toMatchObject({ nTraces: 2, nSamples: 5, headerBytes: 480 });
    expectSame(segy.traces().data, data);
    expect(segy.tail().length).toBe(3200);
    expect(file.equals(rewrite(segy, segy.traces()))).toBe(true);
  });
  it("extended headers of unknown number end with their last stanza", () => {
    const text = ["first", "((SEG: Layout))\nx", "((SEG: EndText))"];
    const file = writeSegy({ data, shape: [2, 5] }, { dt: 0.001, text, binary: { ExtendedHeaders: -1 } });
    const segy = readSegy(file);
    expect(segy.text.map((page) => page.trimEnd().split(/ {2,}/)[0])).toEqual([
      "first",
      "((SEG: Layout))",
      "((SEG: EndText))",
    ]);
    expectSame(segy.traces().data, data);
  });
});

describe("errors", () => {
  const file = writeSegy({ data: new Float32Array(10), shape: [2, 5] }, { dt: 0.001 });
  const changed = (at: number, value: number) => {
    const copy = file.slice();
    new DataView(copy.buffer).setInt16(at, value);
    return () => readSegy(copy);
  };
  it("name the rule, the value and the place", () => {
    expect(changed(3224, 77)).toThrow(
      "readSegy: the sample format code must be 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, got 77 (byte 3225)",
    );
    expect(changed(3220, 6)).toThrow(
      "readSegy: traces must all be 6 samples of 4 bytes and 240 bytes of header, got 520 bytes, which is 1.97 of them (byte 3221; the first trace header says 5)",
    );
    expect(changed(3504, -2)).toThrow(
      "readSegy: the number of extended headers must be -1 or >= 0, got -2 (byte 3505)",
    );
    expect(() => readSegy(file.subarray(0, 3000))).toThrow(
      "readSegy: a SEG-Y file must have at least 3600 bytes, got 3000",
    );
    expect(() => readSegy("x.sgy" as unknown as Uint8Array)).toThrow(
      "readSegy: needs a Uint8Array or a ByteSource such as fileSource(path), got string",
    );
  });
  it("the user may know better", () => {
    const copy = file.slice();
    new DataView(copy.buffer).setInt16(3224, 77);
    new DataView(copy.buffer).setInt16(3220, 9);
    expect(readSegy(copy, { format: 5, nSamples: 5 }).nTraces).toBe(2);
  });
});

describe("damaged files", () => {
  it("an error or as much data as the file holds", { timeout: 600_000 }, () => {
    const picked = golden.cases.filter(({ name }) => !name.startsWith("70000"));
    const files = [...picked, ...golden.three].map(({ file }) => unpack(file).slice(0));
    const head = files.map((file) => new Uint8Array([...file.subarray(3200), ...file.subarray(0, 3200)]));
    // the text is moved behind, so that most damage falls on the headers that matter
    const read = (turned: Uint8Array) => {
      const n = Math.max(0, turned.length - 3200);
      const segy = readSegy(new Uint8Array([...turned.subarray(n), ...turned.subarray(0, n)]));
      segy.column("offset");
      return (
        segy.traces().data.byteLength + segy.tail().length + segy.head().length + segy.text.length * 3200
      );
    };
    expectSafe(head, read, /^readSegy: .+, got /, { head: 400, growth: 6 });
  });
});

describe("public data", () => {
  for (const [name, shape, format] of [
    ["segy/f3.sgy", [414, 75], 3],
    ["first-break/real_gather.sgy", [96, 1000], 5],
  ] as const)
    it(`${name}, written back to the same bytes`, (ctx) => {
      const path = dataFile(name);
      if (!path) return ctx.skip(`needs GEODL_DATA: ${name}`);
      const bytes = readFileSync(path);
      const source = fileSource(path);
      const segy = readSegy(source);
      const section = segy.traces();
      expect(section.shape).toEqual(shape);
      expect(segy.format).toBe(format);
      expect(bytes.equals(rewrite(segy, section))).toBe(true);
      expectSame(readSegy(bytes).traces().data, section.data);
      source.close();
    });
  it("f3.sgy: what segyio says of it", (ctx) => {
    const path = dataFile("segy/f3.sgy");
    if (!path) return ctx.skip("needs GEODL_DATA: segy/f3.sgy");
    const segy = readSegy(readFileSync(path));
    expect(segy).toMatchObject({ dt: 0.004, isEbcdic: true, revision: 1 });
    expect(segy.text[0]!.slice(0, 40)).toBe("C 1 Cropped F3 2-byte integer data set  ");
    const lines = segy.column("INLINE_3D");
    expect([Math.min(...lines), Math.max(...lines)]).toEqual([111, 133]);
    expect(segy.traces().data.reduce((a, b) => a + b)).toBe(780251);
  });
});
