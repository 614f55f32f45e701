import { lines } from "geodl/show";
import { expect, it } from "vitest";
import { bundleJson, bundleOf } from "../../dist/kernel/values.js";

it("a figure's picture is shown in the figure's size, not in its pixels", async () => {
  const figure = lines([{ name: "a", y: [1, 2] }], { title: "T", xLabel: "x", yLabel: "y" });
  const bundle = (await bundleOf(figure))!;
  const png = Buffer.from(bundle["image/png"] as string, "base64");
  expect(png.readUInt32BE(16)).toBe(1400);
  const sent = (rest: object) => JSON.parse(bundleJson(bundle, rest as Record<string, unknown>));
  expect(sent({}).metadata).toEqual({ "image/png": { width: 700, height: 400 } });
  expect(sent({ metadata: { tags: ["a"] } }).metadata).toEqual({
    "image/png": { width: 700, height: 400 },
    tags: ["a"],
  });
});

it("other pictures keep their own size, bytes become base64", () => {
  const sent = JSON.parse(bundleJson({ "image/png": Uint8Array.of(1, 2, 3) }, { execution_count: 1 }));
  expect(sent).toEqual({ data: { "image/png": "AQID" }, transient: {}, execution_count: 1, metadata: {} });
});
