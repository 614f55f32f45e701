// safetensors: every type there and back, a file of the reference layout, faults, damaged files.
import { type core, formats } from "geodl";
import { describe, expect, it } from "vitest";
import { expectSafe } from "./mutations.js";

const every: [string, core.Grid<core.TypedArray>][] = [
  ["f64", { data: Float64Array.of(1 / 3, -1e300), shape: [2] }],
  ["f32", { data: Float32Array.of(1.5, -2, 3e38, 0, 1, 2), shape: [2, 3] }],
  ["i64", { data: BigInt64Array.of(2n ** 62n, -5n), shape: [2, 1] }],
  ["i32", { data: Int32Array.of(-7), shape: [] }],
  ["u8", { data: Uint8Array.of(0, 255, 3), shape: [3] }],
  ["flag", { data: Uint8Array.of(0, 1, 1), shape: [3] }],
  ["empty", { data: new Float32Array(0), shape: [0, 4] }],
];

describe("safetensors", () => {
  it("writes and reads every type", () => {
    const bytes = formats.writeSafetensors(new Map(every), {
      metadata: { a: "ü", b: "2" },
      bools: new Set(["flag"]),
    });
    const { tensors, types, metadata } = formats.readSafetensors(bytes);
    expect([...tensors]).toEqual(every);
    expect(types.get("flag")).toBe("BOOL");
    expect(metadata).toEqual({ a: "ü", b: "2" });
  });

  it("reads a file byte for byte as the format says", () => {
    const header = '{"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    const bytes = Buffer.concat([
      Buffer.from([header.length, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from(header),
      Buffer.from("0000803f000000c0", "hex"),
    ]);
    expect(formats.readSafetensors(bytes).tensors.get("x")).toEqual({
      data: Float32Array.of(1, -2),
      shape: [1, 2],
    });
  });

  it("rounds to float16 and bfloat16 to nearest even", () => {
    const x = Float32Array.of(1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65520, 6e-8, -0.1, Number.NaN);
    const through = (floats: "F16" | "BF16") => {
      const bytes = formats.writeSafetensors(new Map([["x", { data: x, shape: [7] }]]), { floats });
      return [...(formats.readSafetensors(bytes).tensors.get("x")!.data as Float32Array)];
    };
    expect(through("F16")).toEqual([
      1,
      1,
      1 + 2 ** -9,
      Number.POSITIVE_INFINITY,
      2 ** -24,
      -0.0999755859375,
      Number.NaN,
    ]);
    const b = through("BF16");
    expect(b.slice(0, 3)).toEqual([1, 1, 1]);
    expect(b[5]).toBe(-0.10009765625);
    expect(b[6]).toBeNaN();
  });

  it("names the fault", () => {
    const good = formats.writeSafetensors(new Map([["x", { data: Float32Array.of(1, 2), shape: [2] }]]));
    expect(() => formats.readSafetensors(good.subarray(0, 5))).toThrow("must have 8 bytes at least, got 5");
    expect(() => formats.readSafetensors(good.subarray(0, good.length - 1))).toThrow(
      "x: shape [2] of F32 needs 8 bytes",
    );
    const text = Buffer.from(good).toString("latin1").replace('"F32"', '"F31"');
    expect(() => formats.readSafetensors(Buffer.from(text, "latin1"))).toThrow(
      "x: the type must be known, got F31",
    );
    const overlap = Buffer.from(good).toString("latin1").replace("[0,8]", "[1,9]");
    expect(() => formats.readSafetensors(Buffer.from(overlap, "latin1"))).toThrow(RangeError);
    expect(() =>
      formats.writeSafetensors(new Map([["x", { data: new Float32Array(3), shape: [2] }]])),
    ).toThrow(RangeError);
  });

  it("survives damaged files", () => {
    const files = [
      formats.writeSafetensors(new Map(every)),
      formats.writeSafetensors(new Map(every.slice(0, 2)), { metadata: { a: "b" } }),
    ];
    const read = (bytes: Uint8Array) =>
      [...formats.readSafetensors(bytes).tensors.values()].reduce((n, { data }) => n + data.byteLength, 0);
    expectSafe(files, read, /^readSafetensors: .*got/s, { head: 400, growth: 4 });
  });
});
