// The picture of the house is that of the code, and a ring of rooms is no house.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { houseOf } from "../../site/draw-house.js";
import { drawHouse } from "../../site/house.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const room = (name: string, ...leansOn: string[]) => ({ name, leansOn, packages: [] });

it("docs/house.svg shows the imports as they stand: `npm run house` draws it again", () => {
  expect(readFileSync(join(root, "docs", "house.svg"), "utf8")).toBe(houseOf(root));
});

it("leaves out the arrows that follow from others, and those to the ground", () => {
  const svg = drawHouse([
    room("ground"),
    room("a", "ground"),
    room("b", "a", "ground"),
    room("c", "a", "b", "ground"),
  ]);
  expect(svg.split('marker-end="url(#tip)"').length - 1).toBe(2); // c -> b -> a
  expect(svg.split("<circle").length - 1).toBe(6);
});

it("refuses rooms that lean on each other", () => {
  expect(() => drawHouse([room("a", "b"), room("b", "a")])).toThrow(
    "house: rooms must not lean on each other, got a -> b -> a",
  );
});
