import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  fileSource,
  memorySource,
  readSegy,
  type SegyBinaryField,
  type SegyTraceField,
  segyBinaryFields,
  segyTraceBytes,
  segyTraceFields,
  writeSegy,
} from "geodl/formats";
import { describe, expect, it } from "vitest";
import { dataFile, expectSame, valuesOf } from "./golden.js";
import { expectSafe } from "./mutations.js";
import { golden, rewrite, unpack } from "./segy-golden.js";

const names = Object.keys(segyTraceFields) as SegyTraceField[];

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
