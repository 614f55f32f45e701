import { rng } from "geodl/core";
import { readSegy, type SegyFormat, segyFormats, writeSegy } from "geodl/formats";
import { describe, expect, it } from "vitest";
import { expectSame } from "./golden.js";
import { golden, rewrite, unpack } from "./segy-golden.js";

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
