import { jupyterDisplay, table } from "geodl/show";
import { expect, it } from "vitest";

it("shows lists and objects as HTML and as aligned text", () => {
  const t = table(
    ["name", "value"],
    [["<b>&", 1.23456], { value: 12, name: "café" }, { name: "none", value: Number.NaN }],
    { caption: "Results" },
  );
  const shown = t[jupyterDisplay]();
  expect(shown["text/plain"]).toBe(
    "Results\nname  value\n----  -----\n<b>&  1.235\ncafé     12\nnone      –",
  );
  expect(shown["text/html"]).toContain(
    '<td style="text-align:left">&lt;b&gt;&amp;</td><td style="text-align:right">1.235</td>',
  );
  expect(shown["text/html"]).not.toContain("<b>");
  expect(t.rows[1]).toEqual(["café", 12]);
  expect(JSON.parse(JSON.stringify(table(["a"], [[1]])))).toEqual({
    columns: ["a"],
    rows: [[1]],
    caption: "",
  });
});

it("holds lists, whole numbers, digits, nothing at all", () => {
  const text = (...args: Parameters<typeof table>) =>
    table(...args)
      [jupyterDisplay]()
      ["text/plain"].split("\n")
      .slice(2);
  expect(text(["a"], [[[1.5, Number.NaN]]])).toEqual(["1.5, –"]);
  expect(text(["a"], [[123456.7], [1e-7], [-0.00123456], [6000], [12n], [true], [undefined]])).toEqual([
    "123457",
    "1e-7",
    "-0.001235",
    "6000",
    "12",
    "true",
    "–",
  ]);
  expect(text(["a"], [[Math.PI]], { digits: 2 })).toEqual(["3.1"]);
  expect(table(["a", "b"], [])[jupyterDisplay]()["text/plain"]).toBe("a  b\n-  -");
});

it("refuses a row that is too short", () =>
  expect(() => table(["a", "b"], [[1]])).toThrow("table: a row must have 2 cells, got 1"));
