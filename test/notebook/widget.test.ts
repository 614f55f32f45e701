// Widgets over a host that only listens: state both ways, messages, bytes, the fallback; the slider; clicks.

import { type Click, clicks, slider, widget } from "geodl/notebook";
import { figure } from "geodl/show";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { putBuffers, takeBuffers } from "../../dist/notebook/buffers.js";

const key = Symbol.for("geodl.host");
const slot = globalThis as { [key]?: unknown };
const jupyterDisplay = Symbol.for("Jupyter.display");

interface Sent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** The other end of the line. */
class Browser {
  target = "";
  metadata: unknown;
  readonly sent: Sent[] = [];
  readonly shown: unknown[] = [];
  isClosed = false;
  receive: (data: unknown, buffers: readonly Uint8Array[]) => unknown = () => undefined;

  constructor() {
    const send = (data: object, o: { buffers?: Uint8Array[]; metadata?: object } = {}) => {
      this.sent.push({ data: JSON.parse(JSON.stringify(data)), buffers: o.buffers ?? [] });
    };
    const comm = {
      id: "c1",
      send,
      onMsg: (f: Browser["receive"]) => {
        this.receive = f;
      },
      close: () => {
        this.isClosed = true;
      },
    };
    slot[key] = {
      openComm: (target: string, data: object, options: { metadata: object }) => {
        this.target = target;
        this.metadata = options.metadata;
        send(data, options);
        return comm;
      },
      display: (bundle: unknown) => this.shown.push(bundle),
    };
  }

  update(state: object, buffers: readonly Uint8Array[] = [], paths: unknown[] = []): void {
    this.receive({ method: "update", state, buffer_paths: paths }, buffers);
  }
}

let browser: Browser;
beforeEach(() => {
  browser = new Browser();
});
afterEach(() => {
  delete slot[key];
  vi.unstubAllEnvs();
});

describe("bytes in a state", () => {
  const samples = new Float32Array([1, 2]);
  it("are taken out with their place, and put back", () => {
    const state = { n: 1, a: { b: samples, c: [0, new Uint8Array([7]), "x"] }, whole: samples.buffer };
    const { state: rest, paths, buffers } = takeBuffers(state);
    expect(rest).toEqual({ n: 1, a: { c: [0, null, "x"] } });
    expect(paths).toEqual([["a", "b"], ["a", "c", 1], ["whole"]]);
    expect(buffers.map((b) => b.byteLength)).toEqual([8, 1, 8]);
    const back = putBuffers(structuredClone(rest), paths, buffers) as typeof state;
    expect(back.a.c[1]).toEqual(new Uint8Array([7]));
    expect(new Float32Array(new Uint8Array(back.a.b as unknown as Uint8Array).buffer)).toEqual(samples);
  });
  it("a place that does not exist is left out", () =>
    expect(putBuffers({ a: 1 }, [["no", "such"]], [new Uint8Array(1)])).toEqual({ a: 1 }));
});

describe("widget", () => {
  const make = () => widget({ esm: "export default {}", css: "b{}", state: { n: 1, name: "a" } });

  it("opens with anywidget's model and its own state, and is shown by its id", () => {
    const w = make();
    expect(browser.target).toBe("jupyter.widget");
    expect(browser.metadata).toEqual({ version: "2.1.0" });
    expect(browser.sent[0]!.data).toMatchObject({
      state: {
        _model_module: "anywidget",
        _view_name: "AnyView",
        _esm: "export default {}",
        _css: "b{}",
        n: 1,
        name: "a",
      },
      buffer_paths: [],
    });
    expect(w[jupyterDisplay as never]).toBeTypeOf("function");
    expect((w as unknown as Record<symbol, () => object>)[jupyterDisplay]!()).toEqual({
      "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: "c1" },
      "text/plain": 'widget {"n":1,"name":"a"}',
    });
  });

  it("follows the browser, and the browser follows it; who listens is called once a change", () => {
    const w = make();
    const seen: unknown[] = [];
    const stop = w.on("change:n", (n) => seen.push(n + 0.5));
    w.on("change:name", (name) => seen.push(name.toUpperCase()));
    browser.update({ n: 2 });
    expect(w.get("n")).toBe(2);
    w.set({ n: 3, name: "a" });
    w.set({ n: 3 });
    expect(browser.sent.slice(1).map((s) => s.data)).toEqual([
      { method: "update", state: { n: 3 }, buffer_paths: [] },
    ]);
    stop();
    browser.update({ n: 4, name: "b" });
    expect(seen).toEqual([2.5, 3.5, "B"]);
    expect(w.get("n")).toBe(4);
  });

  it("sends all of its state to a page that asks", () => {
    const w = make();
    w.set({ n: 5 });
    browser.receive({ method: "request_state" }, []);
    expect(browser.sent.at(-1)!.data).toMatchObject({
      method: "update",
      state: { n: 5, name: "a", _esm: "export default {}", _model_name: "AnyModel" },
    });
  });

  it("carries messages and bytes both ways", () => {
    const w = widget({ esm: "", state: { image: new Uint8Array([1, 2, 3]) as Uint8Array } });
    expect(browser.sent[0]).toMatchObject({
      data: { buffer_paths: [["image"]] },
      buffers: [new Uint8Array([1, 2, 3])],
    });
    const messages: unknown[] = [];
    w.on("msg", (content, buffers) => messages.push([content, buffers.length]));
    browser.receive({ method: "custom", content: { hello: 1 } }, [new Uint8Array(2)]);
    expect(messages).toEqual([[{ hello: 1 }, 1]]);
    w.send({ back: 1 }, [new Uint8Array([9])]);
    expect(browser.sent.at(-1)).toEqual({
      data: { method: "custom", content: { back: 1 } },
      buffers: [new Uint8Array([9])],
    });
    browser.update({ image: null }, [new Uint8Array([4])], [["image"]]);
    expect(w.get("image")).toEqual(new Uint8Array([4]));
  });

  it("keeps its state and shows its fallback where nobody can see it", () => {
    vi.stubEnv("GEODL_STATIC", "1");
    const w = widget({ esm: "", state: { n: 1 }, fallback: { "text/html": "<i>n</i>", "text/plain": "n" } });
    const seen: number[] = [];
    w.on("change:n", (n) => seen.push(n));
    w.set({ n: 2 });
    w.send({});
    w.close();
    expect(seen).toEqual([2]);
    expect(browser.sent).toEqual([]);
    expect((w as unknown as Record<symbol, () => object>)[jupyterDisplay]!()).toEqual({
      "text/html": "<i>n</i>",
      "text/plain": "n",
    });
  });

  it("refuses the protocol's own names", () =>
    expect(() => widget({ esm: "", state: { _esm: "x" } })).toThrow('must not start with "_", got _esm'));
});

describe("slider", () => {
  it("starts in the middle, follows the hand, and says what it is on paper", () => {
    const s = slider("f0", { min: 1, max: 5, unit: "Hz" });
    expect(s.get("value")).toBe(3);
    browser.update({ value: 4.5 });
    expect(s.get("value")).toBe(4.5);
    delete slot[key];
    const text = (slider("f0", { min: 1, max: 5, unit: "Hz" }) as unknown as Record<symbol, () => object>)[
      jupyterDisplay
    ]!();
    expect(text).toEqual({ "text/plain": "f0 = 3 Hz (a slider from 1 to 5 where the notebook runs)" });
  });
  it.each([
    [{ min: 1, max: 1 }, "min must be below max, got 1 and 1"],
    [{ min: 0, max: 1, step: 0 }, "step must be positive, got 0"],
    [{ min: 0, max: 1, value: 2 }, "value must lie between 0 and 1, got 2"],
    [{ min: Number.NaN, max: 1 }, "min must be below max, got NaN and 1"],
  ])("refuses %j", (options, message) => expect(() => slider("x", options)).toThrow(`slider: ${message}`));
});

describe("clicks", () => {
  const fig = figure({ data: [{ x: [0, 1], y: [0, 1] }], title: "T", alt: "A line." });
  const layoutOf = (bundle: unknown) =>
    (bundle as Record<string, { layout: { meta?: { geodl?: string } } }>)["application/vnd.plotly.v1+json"]!
      .layout;

  it("shows the figure under a mark that the browser's half knows, and hands over each click", async () => {
    const seen: Click[] = [];
    const at = clicks(fig, (c) => seen.push(c));
    const first = await browser.shown[0];
    const { state } = browser.sent[0]!.data as { state: { figure: string } };
    expect(layoutOf(first).meta).toEqual({ geodl: state.figure });
    expect(first).toHaveProperty("image/png");
    browser.receive({ method: "custom", content: { x: 1, y: 2, shift: false } }, []);
    expect(seen).toEqual([{ x: 1, y: 2, shift: false }]);
    at.update(fig);
    expect(browser.shown[2]).toEqual({ "text/plain": "A line." });
    expect(layoutOf(await browser.shown[3]).meta).toEqual({ geodl: state.figure });
    at.close();
    expect(browser.isClosed).toBe(true);
  });

  it("shows the figure alone where nobody can click", async () => {
    vi.stubEnv("GEODL_STATIC", "1");
    clicks(fig, () => undefined);
    expect(browser.shown).toHaveLength(1);
    expect(await browser.shown[0]).toHaveProperty("image/png");
    expect(browser.sent).toEqual([]);
  });
});
