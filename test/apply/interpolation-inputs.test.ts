// What the interpolating network is given.
import { apply, type core, dictionary } from "geodl";
import { describe, expect, it } from "vitest";

const ramp = (nt: number, nx: number): core.Grid => ({
  data: Float32Array.from({ length: nt * nx }, (_, i) => Math.sin(0.37 * i) + i / 50),
  shape: [nt, nx],
});

describe("interpolationInputs", () => {
  const section = ramp(12, 9);
  const kept = [1, 2, 5, 8];
  const inputs = apply.interpolationInputs(section, kept);
  const at = (t: number, x: number) => [...inputs.data.subarray((t * 9 + x) * 12, (t * 9 + x) * 12 + 12)];
  const s = (t: number, x: number) => section.data[t * 9 + x]!;

  it("holds the neighbours, their shares and the two interpolations", () => {
    const [linear, masked, l, r, al, ar, slope, is, near, far, nearness, a] = at(3, 4);
    expect([l, r, masked, is]).toEqual([s(3, 2), s(3, 5), 0, 0]);
    expect(a).toBeCloseTo(2 / 3, 6);
    expect(al! + ar!).toBeCloseTo(linear!, 5);
    expect(linear).toBeCloseTo(dictionary.interpolateLinear(section, kept).data[3 * 9 + 4]!, 5);
    expect(slope).toBe(dictionary.interpolateAlongSlopes(section, kept).data[3 * 9 + 4]);
    expect([near, far, nearness]).toEqual([Math.tanh(0.5), Math.tanh(0.25), 0.5].map(Math.fround));
  });

  it("holds the trace itself where it is kept, the outermost one beyond it", () => {
    expect(at(7, 5).slice(0, 4)).toEqual([s(7, 5), s(7, 5), s(7, 5), s(7, 5)]);
    expect(at(7, 5).slice(7)).toEqual([1, 0, 0, 1, 0.5]);
    expect(at(7, 0).slice(0, 4)).toEqual([s(7, 1), 0, s(7, 1), s(7, 1)]);
  });

  it("never reads a missing trace", () => {
    const dirty = { data: section.data.slice(), shape: section.shape };
    for (let t = 0; t < 12; t++) for (const x of [0, 3, 4, 6, 7]) dirty.data[t * 9 + x] = Number.NaN;
    expect(apply.interpolationInputs(dirty, kept).data).toEqual(inputs.data);
  });

  it("gives the same for a window as for the whole", () => {
    const estimate = dictionary.interpolateAlongSlopes(section, kept);
    const part = apply.interpolationInputs(section, kept, estimate, { from: [4, 3], shape: [5, 4] });
    expect(part.shape).toEqual([5, 4, 12]);
    expect([...part.data.subarray(0, 12)]).toEqual(at(4, 3));
    expect([...part.data.subarray(-12)]).toEqual(at(8, 6));
  });

  it("mirrors as the section does", () => {
    const mirrored = {
      data: section.data.map((_, i) => section.data[i - (i % 9) + 8 - (i % 9)]!),
      shape: section.shape,
    };
    const expected = apply.interpolationInputs(
      mirrored,
      kept.map((x) => 8 - x),
    );
    apply.mirrorInputs(inputs).data.forEach((v, i) => {
      expect(Math.abs(v - expected.data[i]!)).toBeLessThan(1e-5);
    });
  });
});
