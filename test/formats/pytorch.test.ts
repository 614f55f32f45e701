// PyTorch's checkpoints: all types, views and nested dictionaries in both formats; foreign code refused by name; damaged files.
import { existsSync, readFileSync } from "node:fs";
import { formats } from "geodl";
import { describe, expect, it } from "vitest";
import { expectSafe } from "./mutations.js";

const file = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../golden/weights/${name}`, import.meta.url)));
const expected = JSON.parse(Buffer.from(file("expected.json")).toString()) as Record<
  string,
  { readonly shape: number[]; readonly kind: string; readonly values: (number | string)[] }
>;

const arrays: Record<string, string> = {
  float32: "Float32Array",
  float64: "Float64Array",
  float16: "Float32Array",
  bfloat16: "Float32Array",
  int64: "BigInt64Array",
  int32: "Int32Array",
  int16: "Int16Array",
  int8: "Int8Array",
  uint8: "Uint8Array",
  bool: "Uint8Array",
};

describe("readPytorch", () => {
  it.each(["zip.pt", "legacy.pt"])("%s holds what PyTorch put there", (name) => {
    const { tensors, values } = formats.readPytorch(file(name));
    expect([...tensors.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [path, { shape, kind, values: numbers }] of Object.entries(expected)) {
      const { data, shape: got } = tensors.get(path)!;
      expect(got, path).toEqual(shape);
      expect(data.constructor.name, path).toBe(arrays[kind]);
      expect([...data].map(String), path).toEqual(
        numbers.map((x) => String(Number.isInteger(Number(x)) && kind !== "int64" ? Number(x) : x)),
      );
    }
    expect(values.get("epoch")).toBe(17);
    expect(values.get("name")).toBe("geodl");
    expect(values.get("optimizer.param_groups.0.betas.1")).toBe(0.999);
    expect(values.get("done")).toBe(true);
    expect(values.get("nothing")).toBeNull();
  });

  it.each([
    ["evil.pt", /refused to use (posix|os|nt)\.system/],
    ["evil-legacy.pt", /refused to use (builtins|__builtin__)\.eval/],
    ["evil.pkl", /refused to use (posix|os|nt)\.system/],
  ])("%s is refused by name and not run", (name, message) => {
    expect(() => formats.readPytorch(file(name))).toThrow(message);
    expect(existsSync("/tmp/geodl-was-here")).toBe(false);
  });

  it("refuses other instructions, loops and floods by name", () => {
    const pickle = (...codes: (number | string)[]) =>
      Uint8Array.from(codes.flatMap((c) => (typeof c === "string" ? [...Buffer.from(c)] : [c])));
    expect(() => formats.readPytorch(pickle(0x80, 2, "i", "os\nsystem\n", "."))).toThrow(
      "refused the instruction 0x69",
    );
    expect(() => formats.readPytorch(pickle(0x80, 2, 0x82, 1, "."))).toThrow("refused the instruction 0x82");
    expect(() => formats.readPytorch(pickle(0x80, 2, "]q", 0, "h", 0, "a."))).toThrow(RangeError);
    expect(() => formats.readPytorch(new Uint8Array(0))).toThrow(RangeError);
  });

  it("survives damaged files", () => {
    const read = (bytes: Uint8Array) => {
      const seen = new Set<ArrayBufferLike>();
      for (const { data } of formats.readPytorch(bytes).tensors.values()) seen.add(data.buffer);
      return [...seen].reduce((n, { byteLength }) => n + byteLength, 0);
    };
    expectSafe([file("zip.pt"), file("legacy.pt")], read, /^readPytorch: /, { head: 2600, growth: 4 });
  });
});
