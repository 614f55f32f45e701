// The pick tool without a browser: clicks lead to answers, undo takes them back, the table is the one of `geodl firstbreak`, a picture stands in.
import { pickTool } from "geodl/notebook";
import { describe, expect, it } from "vitest";

const jupyterDisplay = Symbol.for("Jupyter.display");
const gather = { data: Float32Array.from({ length: 4 * 20 }, (_, i) => Math.sin(i)), shape: [4, 20] };
/** As many samples deep as there are clicks, where the last click is. */
const answer = (clicks: readonly { trace: number; sample: number }[]) => ({
  sample: Float64Array.from(
    { length: 4 },
    (_, x) => clicks.find(({ trace }) => trace === x)?.sample ?? Number.NaN,
  ),
  confidence: new Float64Array(4).fill(0.25 * clicks.length),
  mask: { data: Float32Array.from({ length: 80 }, (_, i) => (i % 20 >= 10 ? 1 : -1)), shape: [4, 20] },
});
const make = () =>
  pickTool(gather, answer, { dt: 0.001, title: "Shot 1", name: "1", clicks: [{ trace: 1, sample: 5 }] });

describe("pickTool", () => {
  it("answers each click, one a trace, and takes it back", () => {
    const tool = make();
    expect(tool.clicks).toEqual([{ trace: 1, sample: 5 }]);
    expect(tool.click({ trace: 3, sample: 8.5 }).sample[3]).toBe(8.5);
    expect(tool.clicks).toHaveLength(2);
    tool.click({ trace: 1, sample: 6 });
    expect(tool.clicks).toEqual([
      { trace: 3, sample: 8.5 },
      { trace: 1, sample: 6 },
    ]);
    tool.undo();
    expect(tool.answer.sample[1]).toBe(5);
    tool.clear();
    expect(tool.clicks).toEqual([]);
    tool.undo();
    expect(tool.clicks).toHaveLength(2);
    tool.undo();
    tool.undo();
    tool.undo();
    expect(tool.clicks).toEqual([{ trace: 1, sample: 5 }]);
  });

  it("exports the table of geodl firstbreak", () => {
    const tool = make();
    expect(tool.csv()).toBe(
      "gather,trace,sample,time,confidence\n1,0,,,\n1,1,5.000,0.0050000,0.250\n1,2,,,\n1,3,,,\n",
    );
  });

  it("stands as a picture where nobody can click, clicks and picks drawn in", async () => {
    const tool = make();
    const { data } = tool.figure();
    expect(data.filter(({ mode }) => mode === "markers").flatMap(({ name }) => name ?? [])).toEqual([
      "picks",
      "clicks",
    ]);
    const bundle = await (tool as unknown as Record<symbol, () => Promise<object>>)[jupyterDisplay]!();
    expect(Object.keys(bundle)).toContain("image/png");
  });

  it("refuses clicks outside and gathers that are none", () => {
    expect(() => make().click({ trace: 4, sample: 1 })).toThrow(RangeError);
    expect(() => make().click({ trace: 1, sample: 20 })).toThrow("samples 0 .. 19, got 1, 20");
    expect(() => make().click({ trace: 0.5, sample: 2 })).toThrow("traces 0 .. 3");
    expect(() => pickTool({ ...gather, shape: [80] }, answer, { dt: 1, title: "" })).toThrow(
      "must be [trace, time]",
    );
  });

  it("sends what is drawn, and hears add, undo, clear, export", () => {
    const sent: {
      data: { state?: Record<string, unknown>; content?: unknown };
      buffers: readonly Uint8Array[];
    }[] = [];
    let receive: (data: unknown, buffers: readonly Uint8Array[]) => unknown = () => undefined;
    const slot = globalThis as { [key: symbol]: unknown };
    slot[Symbol.for("geodl.host")] = {
      openComm: (_: string, data: never, { buffers = [] }: { buffers?: Uint8Array[] }) => {
        sent.push({ data, buffers });
        return {
          id: "c",
          send: (data: never, { buffers = [] }: { buffers?: Uint8Array[] } = {}) =>
            sent.push({ data, buffers }),
          onMsg: (f: typeof receive) => {
            receive = f;
          },
          close() {},
        };
      },
    };
    try {
      const tool = make();
      expect(sent[0]!.buffers.map(({ length }) => length)).toEqual([80, 80]);
      // the mask goes out a row a sample: the lower half of four traces
      expect([...sent[0]!.buffers[1]!].slice(36, 44)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
      receive({ method: "custom", content: { add: { trace: 2, sample: 7 } } }, []);
      expect(sent.at(-1)!.data.state).toMatchObject({
        serial: 1,
        clicks: [
          [1, 5],
          [2, 7],
        ],
      });
      expect(sent.at(-1)!.data.state!.picks).toEqual([
        [0, -1, 0],
        [1, 5, 0.5],
        [2, 7, 0.5],
        [3, -1, 0],
      ]);
      receive({ method: "custom", content: { undo: true } }, []);
      expect(tool.clicks).toHaveLength(1);
      receive({ method: "custom", content: { export: true } }, []);
      expect(sent.at(-1)!.data.content).toEqual({ csv: tool.csv() });
      receive({ method: "custom", content: { clear: true } }, []);
      expect(tool.clicks).toHaveLength(0);
    } finally {
      delete slot[Symbol.for("geodl.host")];
    }
  });
});
