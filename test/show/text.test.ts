import { expect, it } from "vitest";
import { measureWith, type SvgNode } from "../../dist/show/static/text.js";

const measure = measureWith((text, font) => text.length * Number(/([\d.]+)px/.exec(font)![1])); // a letter is as wide as the font is high

function node(
  tagName: string,
  attributes: Record<string, string>,
  text = "",
  parentElement: SvgNode | null = null,
  children: SvgNode[] = [],
): SvgNode {
  return {
    tagName,
    textContent: text,
    parentElement,
    style: {},
    getAttribute: (name) => attributes[name] ?? null,
    querySelectorAll: (selector) => children.filter((c) => selector.startsWith(c.tagName)),
  };
}

it("measures a text in its font, placed by its anchor and what stands above it", () => {
  const group = node("g", { transform: "translate(100, 50)", "font-size": "20px" });
  const at = (anchor: string) =>
    measure(node("text", { x: "10", y: "30", "text-anchor": anchor }, "abcd", group))!;
  expect(at("start")).toMatchObject({ left: 110, top: 60, width: 80, height: 26 });
  expect(at("middle").left).toBe(70);
  expect(at("end").right).toBe(110);
});

it("turns a text with its rotation, as an axis title stands", () => {
  const box = measure(
    node("text", { x: "0", y: "0", transform: "rotate(-90,0,0)", "font-size": "10px" }, "abc"),
  )!;
  expect(box.width).toBeCloseTo(13, 9);
  expect(box.height).toBeCloseTo(30, 9);
  expect(box.left).toBeCloseTo(-10, 9);
  expect(box.bottom).toBeCloseTo(0, 9);
});

it("measures lines one below the other, and a group around its texts", () => {
  const lines = ["ab", "abcd"].map((words) => node("tspan", {}, words));
  expect(measure(node("text", { "font-size": "10px" }, "ababcd", null, lines))).toMatchObject({
    width: 40,
    height: 26,
  });
  const texts = [
    node("text", { x: "0", y: "10", "font-size": "10px" }, "a"),
    node("text", { x: "50", y: "10", "font-size": "10px" }, "a"),
  ];
  expect(measure(node("g", {}, "", null, texts))).toMatchObject({ left: 0, right: 60, top: 0, height: 13 });
  expect(measure(node("g", {}))).toBeUndefined();
});
