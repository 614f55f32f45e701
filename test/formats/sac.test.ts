import { rng } from "geodl/core";
import { isoTime, memorySource, readSac, type SacHeader, writeSac } from "geodl/formats";
import { describe, expect, it } from "vitest";
import { expectSame, fromBase64, goldenJson, type Raw, valuesOf } from "./golden.js";
import { expectSafe } from "./mutations.js";

interface Case {
  readonly name: string;
  readonly file: string;
  readonly header: SacHeader;
  readonly data: Raw;
  readonly start: number;
}
const golden = goldenJson<Case[]>("sac.json");
const size = ({ data, second }: { data: Float32Array; second?: Float32Array }) =>
  data.byteLength + (second?.byteLength ?? 0) + 632;

describe("readSac and writeSac equal ObsPy", () => {
  for (const { name, file, header, data, start } of golden)
    it(name, () => {
      const bytes = fromBase64(file);
      const sac = readSac(bytes);
      expect(sac.header).toMatchObject(header);
      expectSame(sac.data, valuesOf(data) as Float32Array);
      expect(sac.id).toBe("XX.ABC.00.HHZ");
      expect(sac.start).toBeCloseTo(start, 6);
      expect(isoTime(sac.start!)).toBe("2016-02-29T23:59:56.623000Z");
      expect(sac.isLittle).toBe(name.startsWith("little"));
      expect(Buffer.from(writeSac(sac)).equals(bytes)).toBe(true);
      const pooled = Buffer.concat([Buffer.from("unaligned"), bytes]).subarray(9);
      expectSame(readSac(pooled).data, sac.data);
      const turned = readSac(writeSac(sac, { isLittle: !sac.isLittle }));
      expect(turned.header).toEqual(sac.header);
      expectSame(turned.data, sac.data);
    });
});

describe("writeSac", () => {
  const data = rng(2).fill(new Float32Array(50), "normal");
  it("makes what the header lacks", () => {
    const { header, start } = readSac(writeSac({ data, header: { delta: 0.5, b: 2, kstnm: "X" } }));
    expect(header).toMatchObject({ npts: 50, nvhdr: 6, iftype: 1, leven: 1, b: 2, e: 26.5, kstnm: "X" });
    expect(header.depmax).toBe(Math.max(...data));
    expect(start).toBeUndefined();
  });
  it("spectra have two components", () => {
    const sac = readSac(writeSac({ data, second: data.map((v) => -v), header: { delta: 0.5, iftype: 2 } }));
    expectSame(
      sac.second!,
      data.map((v) => -v),
    );
    expect(() => writeSac({ data, header: { delta: 0.5, iftype: 2 } })).toThrow(
      "got iftype 2, leven 1 and none",
    );
  });
  it("version 7 keeps times and places in double precision, byte for byte", () => {
    const header = {
      delta: 0.01,
      b: 1e5 + 1 / 3,
      stla: 45.123456789,
      nvhdr: 7,
      nzyear: 2020,
      nzjday: 1,
      nzhour: 0,
      nzmin: 0,
      nzsec: 0,
      nzmsec: 0,
    };
    const bytes = writeSac({ data, header });
    expect(bytes.length).toBe(632 + 200 + 176);
    const sac = readSac(bytes);
    expect(sac.header.b).toBe(header.b);
    expect(sac.header.stla).toBe(header.stla);
    expect(Buffer.from(writeSac(sac)).equals(bytes)).toBe(true);
  });
  it("names what does not fit", () => {
    expect(() => writeSac({ data, header: {} })).toThrow(
      "header.delta, the sample interval, must be > 0, got undefined",
    );
    expect(() => writeSac({ data, header: { delta: 1, kstnm: "TOO LONG A NAME" } })).toThrow(
      'kstnm must be at most 8 Latin-1 characters, got "TOO LONG A NAME"',
    );
    expect(() => writeSac({ data, header: { delta: 1, colour: 3 } as SacHeader })).toThrow(
      'one of SAC\'s names, got "colour"',
    );
  });
});

describe("parts", () => {
  it("are the same part of the whole, and all that is read", () => {
    const data = rng(2).fill(new Float32Array(5000), "normal");
    const source = memorySource(
      writeSac(
        { data, second: data.map((v) => 2 * v), header: { delta: 0.5, leven: 0 } },
        { isLittle: false },
      ),
    );
    let count = 0;
    const read = (offset: number, length: number, into?: Uint8Array) => {
      count += length;
      return source.read(offset, length, into);
    };
    const sac = readSac({ size: source.size, read }, { samples: [100, 103] });
    expectSame(sac.data, data.subarray(100, 103));
    expectSame(
      sac.second!,
      data.subarray(100, 103).map((v) => 2 * v),
    );
    expect(count).toBe(632 + 24);
    expect(() => readSac(source, { samples: [0, 5001] })).toThrow(
      "samples must lie in [0, 5000], got 0 to 5001",
    );
  });
});

describe("a source of one's own", () => {
  const file = Buffer.from(writeSac({ data: Float32Array.of(1, 2, 3), header: { delta: 1, kstnm: "OWN" } }));
  it("may give Buffers, but never less than it is asked for", () => {
    const read = (offset: number, length: number, into?: Uint8Array) => {
      if (into) file.copy(into, 0, offset, offset + length);
      return into ?? file.subarray(offset, offset + length);
    };
    expect(readSac({ size: file.length, read })).toMatchObject({
      data: Float32Array.of(1, 2, 3),
      id: ".OWN..",
    });
    const short = (offset: number, length: number) => file.subarray(offset, offset + length - 1);
    expect(() => readSac({ size: file.length, read: short })).toThrow(
      "readSac: a source must give 632 bytes when asked for them, got 631",
    );
  });
});

describe("errors", () => {
  const file = writeSac({ data: new Float32Array(10), header: { delta: 1 } });
  it("name the rule, the value and the place", () => {
    expect(() => readSac(file.subarray(0, 600))).toThrow(
      "readSac: a SAC file must have at least 632 bytes, got 600",
    );
    expect(() => readSac(file.subarray(0, 668))).toThrow(
      "readSac: a file of npts = 10 in 1 part must have 672 bytes, got 668",
    );
    const copy = file.slice();
    copy[304] = 5;
    expect(() => readSac(copy)).toThrow(
      "readSac: the header version must be 6 or 7, got 83886080 (byte 304)",
    );
  });
});

describe("isoTime", () => {
  it("rounds to microseconds and carries", () => {
    expect(isoTime(0)).toBe("1970-01-01T00:00:00.000000Z");
    expect(isoTime(-0.25)).toBe("1969-12-31T23:59:59.750000Z");
    expect(isoTime(1e9 - 1e-7)).toBe("2001-09-09T01:46:40.000000Z");
    expect(() => isoTime(Number.NaN)).toThrow("isoTime: the time must lie in the years 0 to 9999, got NaN");
  });
});

describe("damaged files", () => {
  it("an error or as much data as the file holds", { timeout: 600_000 }, () => {
    const data = new Float32Array(20).fill(1);
    const more = [
      writeSac({ data, header: { delta: 1, nvhdr: 7 } }),
      writeSac({ data, second: data, header: { delta: 1, iftype: 3 } }),
    ];
    const files = [...golden.map(({ file }) => fromBase64(file)), ...more];
    expectSafe(files, (bytes) => size(readSac(bytes)), /^readSac: .+, got /, { head: 632, growth: 4 });
  });
});
