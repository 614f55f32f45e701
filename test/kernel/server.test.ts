// The kernel's parts without sockets: signatures, order, code points, history, joined and cut text, members of values.
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { toCodePoints, toUtf16 } from "../../dist/kernel/codepoints.js";
import { Flood } from "../../dist/kernel/flood.js";
import { memberPath, members } from "../../dist/kernel/members.js";
import { glob, History } from "../../dist/kernel/server/history.js";
import { Queue } from "../../dist/kernel/server/queue.js";
import { Sessions } from "../../dist/kernel/server/sessions.js";
import { Streams } from "../../dist/kernel/server/streams.js";
import { wire } from "../../dist/kernel/server/wire.js";

describe("wire", () => {
  const key = "a0436f6c-1916-498b-8eb9-e81ab9368e84";
  const pack = (k: string, buffers: Uint8Array[] = []) =>
    wire(k)
      .pack([Buffer.from("id")], "execute_request", {}, '{"code":"1+1"}', { buffers })
      .map((f) => Buffer.from(f));

  it("reads what it packed, buffers and identities with it", () => {
    const m = wire(key).parse(pack(key, [new Uint8Array([1, 2])]));
    expect(m?.header.msg_type).toBe("execute_request");
    expect(m?.content).toEqual({ code: "1+1" });
    expect(m?.ids.map(String)).toEqual(["id"]);
    expect([...(m?.buffers[0] ?? [])]).toEqual([1, 2]);
  });

  it("signs with HMAC-SHA256 over the four parts (value from Python's hmac)", () => {
    const parts = ['{"msg_id":"1","msg_type":"x"}', "{}", "{}", '{"code":"1+1"}'].map((p) => Buffer.from(p));
    const signature = Buffer.from("b0207fcc6e400f3e8530c92ac766940d331e05414b40832d29682eed91e8676f");
    const m = wire(key).parse([Buffer.from("<IDS|MSG>"), signature, ...parts]);
    expect(m?.header.msg_id).toBe("1");
  });

  it.each([
    ["another key", (): Buffer[] => pack("other")],
    ["no delimiter", (): Buffer[] => pack(key).slice(2)],
    ["a missing frame", (): Buffer[] => pack(key).slice(0, -1)],
    ["a changed byte", (): Buffer[] => [...pack(key).slice(0, -1), Buffer.from('{"code":"1+2"}')]],
    ["rubbish", (): Buffer[] => [Buffer.from("rubbish")]],
  ])("refuses %s", (_, frames) => expect(wire(key).parse(frames())).toBeUndefined());

  it("takes a message once", () => {
    const w = wire(key);
    const frames = pack(key);
    expect(w.parse(frames)).toBeDefined();
    expect(w.parse(frames)).toBeUndefined();
  });

  it("has its own session and a new id for each message", () => {
    const w = wire(key);
    const header = (f: Uint8Array[]) => JSON.parse(Buffer.from(f[2]!).toString()) as Record<string, string>;
    const [a, b] = [header(w.pack([], "status", {}, "{}")), header(w.pack([], "status", {}, "{}"))];
    expect(a.msg_id).not.toBe(b.msg_id);
    expect(a.session).toBe(w.session);
    expect(wire(key).session).not.toBe(w.session);
  });
});

describe("queue", () => {
  const request = (name: string, kind: "cell" | "small" | "express" = "cell") => ({
    name,
    isExecute: kind === "cell",
    isExpress: kind === "express",
    isAborted: false,
  });

  it("starts the next one when the last is done, and lets small ones pass beside a cell", () => {
    const started: string[] = [];
    const q = new Queue<ReturnType<typeof request>>((r) => started.push(r.name));
    const [a, b, c, e] = [request("a"), request("b", "small"), request("c"), request("e", "express")];
    q.push(a);
    q.push(e);
    q.push(b);
    q.push(c);
    expect(started).toEqual(["a", "e"]);
    q.done(e);
    expect(q.current).toBe(a);
    q.done(a);
    q.done(b);
    expect(started).toEqual(["a", "e", "b", "c"]);
  });

  it("an express request waits behind a cell that waits", () => {
    const started: string[] = [];
    const q = new Queue<ReturnType<typeof request>>((r) => started.push(r.name));
    for (const r of [request("a"), request("b"), request("e", "express")]) q.push(r);
    expect(started).toEqual(["a"]);
  });

  it("aborts the cells that wait, and no later ones", () => {
    const seen: [string, boolean][] = [];
    const q = new Queue<ReturnType<typeof request>>((r) => {
      seen.push([r.name, r.isAborted]);
    });
    const all = [request("a"), request("b"), request("i", "small"), request("c")];
    for (const r of all) q.push(r);
    q.abortWaiting();
    const later = request("d");
    q.push(later);
    for (const r of all) q.done(r);
    expect(seen).toEqual([
      ["a", false],
      ["b", true],
      ["i", false],
      ["c", true],
      ["d", false],
    ]);
  });
});

describe("code points", () => {
  const text = '"🌋🌋"; é = "a"';
  it.each([
    [0, 0],
    [1, 1],
    [2, 3],
    [3, 5],
    [6, 8],
    [7, 9],
  ])("%i code points are %i UTF-16 units", (points, units) => {
    expect(toUtf16(text, points)).toBe(units);
    expect(toCodePoints(text, units)).toBe(points);
  });
  it("stops at the end", () => expect(toUtf16("ab", 9)).toBe(2));
});

describe("history", () => {
  const h = new History();
  ["1+1", "1?2", "122", "1+1"].forEach((code, i) => {
    h.add(i + 1, code);
  });
  h.setOutput(1, "2");
  const ask = (more: object) => h.answer({ output: false, raw: true, ...more });

  it("tail", () =>
    expect(ask({ hist_access_type: "tail", n: 2 })).toEqual([
      [1, 3, "122"],
      [1, 4, "1+1"],
    ]));
  it("range of this session, by 0 or its number", () => {
    const range = { hist_access_type: "range", start: 2, stop: 4 };
    expect(ask({ ...range, session: 0 })).toEqual([
      [1, 2, "1?2"],
      [1, 3, "122"],
    ]);
    expect(ask({ ...range, session: 1 })).toHaveLength(2);
    expect(ask({ ...range, session: 2 })).toHaveLength(0);
  });
  it("search, unique, with outputs", () => {
    expect(ask({ hist_access_type: "search", pattern: "1?2" })).toHaveLength(2);
    const unique = ask({ hist_access_type: "search", pattern: "1+*", unique: true, output: true });
    expect(unique).toEqual([[1, 4, ["1+1", null]]]);
  });
  it("a glob is no regular expression", () => {
    expect(glob("a.b*").test("a.bc")).toBe(true);
    expect(glob("a.b*").test("axbc")).toBe(false);
  });
});

describe("earlier kernels' cells", () => {
  const folder = mkdtempSync(join(tmpdir(), "geodl-history-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const range = (session: number) => ({ hist_access_type: "range", session, start: 1, output: true });

  it("are kept in files of 0600, 50 at most; a broken line costs what follows it", () => {
    for (let n = 1; n <= 60; n++) {
      const h = new History(new Sessions(folder, n));
      h.add(1, `cell ${n}`);
      h.setOutput(1, "x".repeat(3000));
    }
    const files = readdirSync(folder).sort();
    expect(files).toHaveLength(50);
    for (const f of files) expect(statSync(join(folder, f)).mode & 0o777).toBe(0o600);
    appendFileSync(join(folder, files.at(-1)!), '{"count": 2, "sour');
    const now = new History(new Sessions(folder, 100));
    expect(now.answer(range(-1))).toEqual([[-1, 1, ["cell 60", "x".repeat(2000)]]]);
    expect(now.answer(range(-50))).toEqual([[-50, 1, ["cell 11", "x".repeat(2000)]]]);
    expect(now.answer(range(-51))).toEqual([]);
    expect(now.answer({ hist_access_type: "tail", n: 5 })).toEqual([]);
  });

  it("stop at 1 MB a kernel", () => {
    const h = new History(new Sessions(folder, 200));
    for (let n = 1; n <= 40; n++) h.add(n, "y".repeat(50_000));
    const last = readdirSync(folder).sort().at(-1)!;
    expect(statSync(join(folder, last)).size).toBeLessThanOrEqual(1 << 20);
    expect(h.answer(range(1))).toHaveLength(40);
  });

  it("need no folder that can be written", () => {
    const h = new History(new Sessions(join(folder, readdirSync(folder)[0]!, "below a file"), 300));
    h.add(1, "1");
    expect(h.answer(range(0))).toHaveLength(1);
    expect(h.answer(range(-1))).toEqual([]);
  });
});

describe("a flood", () => {
  const printed = (writes: readonly string[]): string => {
    let all = "";
    const f = new Flood((_, text) => {
      all += text;
    });
    for (const w of writes) f.write("stdout", w);
    f.end();
    f.end();
    return all;
  };

  it("of 50,000 lines is whole", () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i}\n`);
    expect(printed(lines)).toBe(lines.join(""));
  });

  it("is cut by lines, and its last 20 follow", () => {
    const all = printed(Array.from({ length: 50_100 }, (_, i) => `${i}\n`)).split("\n");
    expect(all.slice(49_999, 50_001)).toEqual(["49999", ""]);
    expect(all[50_001]).toMatch(/^\[cut: a cell shows 50,000 lines or 20 MB/);
    expect(all[50_002]).toBe("[100 lines, 0.0 MB are not shown; the last 20:]");
    expect(all.slice(50_003)).toEqual([...Array.from({ length: 20 }, (_, i) => String(50_080 + i)), ""]);
  });

  it("is cut within one long line", () => {
    const all = printed(["x".repeat(30e6)]);
    expect(all.slice(0, 20e6)).toBe("x".repeat(20e6));
    expect(all.slice(20e6)).toMatch(
      /^\n\[cut: .*\]\n\[0 lines, 10.0 MB are not shown; the last 1:\]\nx{1000}\n$/,
    );
  });
});

describe("members of values", () => {
  it.each([
    ["data.fi", ["data"], "fi"],
    ["const y = 3\ndata . a ?. b.", ["data", "a", "b"], ""],
    ["return data.x", ["data"], "x"],
    ["[...data.x", ["data"], "x"],
    ["f().a.b", undefined],
    ["x[0].a", undefined],
    ["alone", undefined],
  ])("%j is a path", (code, names, typed?) => {
    expect(memberPath(code)).toEqual(names && { names, typed });
  });

  it("come from the value and its classes, not from getters and proxies", () => {
    class Base {
      method(): void {}
    }
    class Own extends Base {
      field = { deep: [1] };
      get trap(): never {
        throw new Error("asked");
      }
    }
    const proxy = new Proxy({}, { ownKeys: () => Reflect.ownKeys({ no: 1 }), get: () => 1 });
    const values: Readonly<Record<string, unknown>> = { own: new Own(), none: null, proxy, text: "s" };
    const of = (...names: string[]) => members(names, (n) => values[n]);
    expect(of("own").sort()).toEqual(["field", "method", "trap"]);
    expect(of("own", "field")).toEqual(["deep"]);
    expect(of("own", "field", "deep")).toContain("map");
    expect(of("own", "trap")).toEqual([]);
    expect(of("none")).toEqual([]);
    expect(of("proxy")).toEqual([]);
    expect(of("text")).toContain("trim");
    expect(of("nothing", "at", "all")).toEqual([]);
  });
});

describe("streams", () => {
  it("sends the first print at once, joins the rest, never mixes parents or streams", async () => {
    const sent: string[] = [];
    const s = new Streams((seq, name, text) => sent.push(`${seq} ${name} ${text}`), 20);
    s.write(1, "stdout", "a");
    for (const c of "bcd") s.write(1, "stdout", c);
    expect(sent).toEqual(["1 stdout a"]);
    s.write(1, "stderr", "x");
    s.write(2, "stderr", "y");
    expect(sent).toEqual(["1 stdout a", "1 stdout bcd", "1 stderr x"]);
    await new Promise((f) => setTimeout(f, 60));
    expect(sent.at(-1)).toBe("2 stderr y");
  });
});
