// Patches: where they stand, what is read, what is drawn.
import { heldPatches, patchesOf, pickPatches } from "geodl/dictionary";
import { describe, expect, it } from "vitest";
import { normal } from "./helpers.js";

describe("patches", () => {
  const section = { data: Float32Array.from({ length: 30 }, (_, i) => i), shape: [5, 6] };

  it("stand in C order, the last at the edge", () => {
    const patches = patchesOf(section, [2, 3], { stride: 2 });
    const rows = new Float32Array(patches.count * 6);
    patches.read(0, patches.count, rows, 6);
    // rows 0, 2, 3 (edge), columns 0, 2, 3 (edge)
    expect(patches.count).toBe(9);
    expect([...rows.subarray(0, 6)]).toEqual([0, 1, 2, 6, 7, 8]);
    expect([...rows.subarray(48)]).toEqual([21, 22, 23, 27, 28, 29]);
  });

  it("lose their mean when asked to, and leave padding alone", () => {
    const patches = patchesOf(section, [2, 3], { mean: "removed" });
    const rows = new Float32Array(2 * 8).fill(9);
    patches.read(3, 2, rows, 8);
    expect([...rows.subarray(0, 8)]).toEqual([-4, -3, -2, 2, 3, 4, 9, 9]);
  });

  it("are read from a volume as from its flat index", () => {
    const volume = normal(3, [4, 5, 6]);
    const patches = patchesOf(volume, [2, 2, 3]);
    const row = new Float32Array(12);
    patches.read(patches.count - 1, 1, row, 12);
    expect(patches.count).toBe(3 * 4 * 4);
    expect(row[0]).toBe(volume.data[(2 * 5 + 3) * 6 + 3]);
    expect(row[11]).toBe(volume.data[119]);
  });

  it("are drawn without repetition, the same for the same seed", () => {
    const held = heldPatches({ data: Float32Array.from({ length: 50 }, (_, i) => i), shape: [50, 1] });
    const draw = (seed: number): number[] => {
      const some = pickPatches(held, 20, seed);
      const rows = new Float32Array(20);
      some.read(0, 20, rows, 1);
      return [...rows];
    };
    expect(new Set(draw(1)).size).toBe(20);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(pickPatches(held, 60, 1)).toBe(held);
  });

  it("say what is wrong", () => {
    expect(() => patchesOf(section, [6, 3])).toThrow(
      "patchesOf: a patch must fit into the grid [5,6], got [6,3]",
    );
    expect(() => patchesOf(section, [2])).toThrow("a patch must have the grid's axes, 1 to 3, got patch [2]");
  });
});
