import { createRequire } from "node:module";
import { rng } from "geodl/core";
import { expect, it } from "vitest";
import { encodePng } from "../../dist/show/static/png.js";
import { decode } from "./png.js";

const { loadImage, createCanvas } = createRequire(import.meta.url)(
  "@napi-rs/canvas",
) as typeof import("@napi-rs/canvas");

function picture(width: number, height: number, colour: (x: number, y: number) => number): Uint8Array {
  const out = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const rgb = colour(i % width, Math.floor(i / width));
    out.set([rgb >> 16, (rgb >> 8) & 255, rgb & 255, 255], 4 * i);
  }
  return out;
}

it("keeps up to 256 colours exactly", async () => {
  const colour = (x: number, y: number) => ((x * 16) << 16) | ((y * 16) << 8) | 7;
  const bytes = encodePng(picture(16, 16, colour), 16, 16);
  const got = decode(bytes);
  expect(got.colours).toBe(256);
  const canvas = createCanvas(16, 16);
  canvas.getContext("2d").drawImage(await loadImage(Buffer.from(bytes)), 0, 0);
  const pixels = canvas.getContext("2d").getImageData(0, 0, 16, 16).data;
  for (let y = 0; y < 16; y++)
    for (let x = 0; x < 16; x++) {
      expect(got.at(x, y)).toBe(colour(x, y));
      expect([...pixels.subarray(4 * (16 * y + x), 4 * (16 * y + x) + 3)]).toEqual([x * 16, y * 16, 7]);
    }
});

it("brings more colours down to 256, near to what they were, frequent ones exactly", () => {
  const stream = rng(3);
  const noise = Int32Array.from({ length: 200 * 200 }, () => stream.integer(0, 1 << 24));
  const colour = (x: number, y: number) => (y < 100 ? 0xffffff : y < 110 ? 0x0072b2 : noise[200 * y + x]!);
  const got = decode(encodePng(picture(200, 200, colour), 200, 200));
  expect(got.colours).toBe(256);
  let [worst, sum] = [0, 0];
  for (let y = 0; y < 200; y++)
    for (let x = 0; x < 200; x++) {
      if (y < 110) expect(got.at(x, y)).toBe(colour(x, y));
      for (const s of [16, 8, 0]) {
        const off = Math.abs(((got.at(x, y) >> s) & 255) - ((colour(x, y) >> s) & 255));
        worst = Math.max(worst, off);
        sum += off / (3 * 200 * 90);
      }
    }
  expect(sum).toBeLessThan(32); // 128 boxes in 256^3: edges of 256 / 128^(1/3) = 51, mean distance to the middle 13; every kept colour of one pixel aside
  expect(worst).toBeLessThan(160);
});

it("writes one colour, one row, one column", () => {
  expect(
    decode(
      encodePng(
        picture(1, 5, () => 0x123456),
        1,
        5,
      ),
    ).at(0, 4),
  ).toBe(0x123456);
  expect(
    decode(
      encodePng(
        picture(5, 1, (x) => x),
        5,
        1,
      ),
    ).at(4, 0),
  ).toBe(4);
  expect(() => encodePng(new Uint8Array(3), 1, 1)).toThrow("encodePng: needs 1 x 1 x 4 bytes, got 3");
});
