"""Rows beyond the table: what a notebook needs besides, and interrupts at random moments."""

import json
import os
import random
import subprocess
import sys
import time

from client import PROJECT, ROOT, WORK, Kernel
from rows import failed, ok, row, use


def plain(fields):
    import re

    return re.sub(r"\x1b\[\d+m", "", "\n".join(fields["traceback"]))


@row("a traceback speaks of cells: TypeScript lines, the line itself, causes")
def _(k):
    code = """interface Wide {
  a: number;
  b: string;
}
function thrower(w: Wide): never {
  throw new RangeError("deep", { cause: new TypeError("inner") });
}
await Promise.resolve(1);
thrower({ a: 1, b: "" });"""
    r = failed(k.run(code))
    text = plain(r.reply)
    n = r.reply["execution_count"]
    for part in [
        "RangeError: deep",
        '6 |   throw new RangeError("deep"',
        f"at thrower (In[{n}] line 6)",
        f"at In[{n}] line 9",
        "Caused by TypeError: inner",
    ]:
        assert part in text, (part, text)
    assert "node:" not in text and "dist/kernel" not in text, text


@row("a traceback names an imported file and the awaiting line of the cell")
def _(k):
    (PROJECT / "src/bad.ts").write_text(
        "type T = { x: number };\n\nexport async function bad(t: T): Promise<void> {\n"
        '  await new Promise((r) => setTimeout(r, 5));\n  throw new Error("from file" + t.x);\n}\n'
    )
    r = failed(k.run('import { bad } from "../src/bad.ts";\n\nawait bad({ x: 1 });'))
    text = plain(r.reply)
    assert "bad (../src/bad.ts line 5)" in text and f"In[{r.reply['execution_count']}] line 3" in text, text


@row("a warning is one line of stderr, without Node's own words")
def _(k):
    r = ok(k.run('process.emitWarning("too coarse", "DispersionWarning"); await new Promise((r) => setTimeout(r, 20));'))
    assert r.stderr == "DispersionWarning: too coarse\n", r


@row("a type error in an imported file is an error before running anything")
def _(k):
    (PROJECT / "src/wrong.ts").write_text('console.log("RAN");\nexport const wrong: number = "text";\n')
    r = failed(k.run('import { wrong } from "../src/wrong.ts"; wrong'))
    assert "../src/wrong.ts line 2" in plain(r.reply) and "RAN" not in r.stdout, r


@row("a late failure is told under the cell that made it")
def _(k):
    a = k.execute('setTimeout(() => { throw new Error("late-1"); }, 200); setTimeout(() => void Promise.reject(new Error("late-2")), 200);')
    ok(k.result(a))
    ok(k.run("0"))
    k.until(lambda all: "Unhandled rejection" in "".join(m["content"].get("text", "") for m in k.of(a)), 5, "late failures")
    text = "".join(m["content"].get("text", "") for m in k.of(a) if m["msg_type"] == "stream")
    assert "Uncaught: Error: late-1" in text and "Unhandled rejection: Error: late-2" in text, text


@row("a display that is not ready yet keeps its place among the prints and holds the reply")
def _(k):
    code = """const slow = { [Symbol.for("Jupyter.display")]: () =>
  new Promise((f) => setTimeout(() => f({ "text/plain": "slow" }), 300)) };
console.log("before"); display(slow); console.log("after"); slow"""
    r = ok(k.run(use("display") + code))
    shown = [m["content"].get("text") or m["content"].get("data", {}).get("text/plain") for m in r.messages]
    assert [s for s in shown if s] == ["before\n", "slow", "after\n", "slow"], shown


@row("JSON is imported with its types")
def _(k):
    assert "42" in ok(k.run('import sample from "./sample.json"; sample.answer')).value
    failed(k.run('import sample2 from "./sample.json"; sample2.nothing'))


@row("danfojs-node, h5wasm and TensorFlow.js are found where only geodl is installed", fresh=True)
def _(k):
    code = """import * as dfd from "danfojs-node";
import { File } from "h5wasm/node";
import * as tf from "@tensorflow/tfjs";
const frame = new dfd.DataFrame([[1, 2], [3, 4]]);
[frame.shape, typeof File, tf.tensor1d([1, 2]).sum().dataSync()[0], dfd.tensorflow === undefined]"""
    r = ok(k.run(code, 90))
    assert "[ 2, 2 ], 'function', 3" in r.value, r


@row("a public room of geodl is one instance in all cells")
def _(k):
    ok(k.run('import * as n1 from "geodl/notebook"; const kept = n1.check;'))
    assert "true" in ok(k.run('const n2 = await import("geodl/notebook"); n2.check === kept')).value
    assert "true" in ok(k.run('import { notebook } from "geodl"; notebook.check === kept')).value


@row("the AbortSignal stops code that polls and never awaits", fresh=True)
def _(k):
    code = use("abortSignal") + """const signal = abortSignal(); let steps = 0;
while (!signal.aborted) steps++;
console.log("ended by itself");"""
    i = k.execute(code)
    time.sleep(1.0)
    k.interrupt()
    r = failed(k.result(i, 6))
    assert "ended by itself" in r.stdout and r.reply["ename"] == "Interrupted", r
    assert "true" in ok(k.run("steps > 0")).value


@row("a hard termination frees what a tidy and a gradient had made; what the cell kept stays", fresh=True)
def _(k):
    ok(k.run('import { tensor } from "geodl";\nconst { tf } = await tensor.ready(); tf.ones([2]).sum().dataSync(); const before = tf.memory().numTensors;', 60))
    cells = {
        "kept1": "tf.tidy(() => { tf.tidy(() => { while (true) { for (let i = 0; i < 50; i++) tf.ones([10]).square(); const t = Date.now(); while (Date.now() - t < 300); } }); });",
        "kept2": "tf.grad((x) => { let y = x; for (let i = 0; i < 50; i++) y = y.square(); while (true); return y.sum(); })(tf.ones([3]));",
    }
    for n, (name, loop) in enumerate(cells.items()):
        i = k.execute(f"const {name} = tf.ones([3]);\n{loop}")
        time.sleep(1.5)
        k.interrupt()
        failed(k.result(i, 10))
        r = ok(k.run(f"[tf.memory().numTensors - before, {name}.sum().dataSync()[0], tf.memory().numTensors - before].join()"))
        # One is kept by its name; of the sum above each cell leaves one; the gradient's argument was made outside of it.
        alive, total, after = map(int, r.value.strip("'").split(","))
        assert total == 3 and alive == 2 * n + 1 + n and after == alive + 1, (name, r.value)
    assert "tensors alive" in ok(k.run('import { provenance } from "geodl/notebook"; JSON.stringify(provenance())')).value


@row("a cell that runs again lets its old values go; functions that use them keep them", fresh=True)
def _(k):
    ok(k.run('import { setFlagsFromString } from "node:v8"; import { runInNewContext } from "node:vm"; setFlagsFromString("--expose-gc"); const gc = runInNewContext("gc") as () => void;'))
    used = lambda: float(ok(k.run("gc(); process.memoryUsage().arrayBuffers / 1e6")).value)  # noqa: E731
    ok(k.run("let held = 1; const big = new Float64Array(1e6); function sum() { return big.length + held; }"))
    before = used()
    for _ in range(5):
        ok(k.run("const big = new Float64Array(4e6).fill(1); big[0]"))
    grown = []
    while len(grown) < 20 and (not grown or grown[-1] > 40):  # one of 32 MB is left; Node 24 frees them a little later
        grown.append(used() - before)
        time.sleep(0.1)
    assert grown[-1] < 40, grown
    assert "1000001" in ok(k.run("sum()")).value
    ok(k.run("held = 2;"))
    assert "1000002" in ok(k.run("sum()")).value


@row("an interrupt ends a pending input", fresh=True)
def _(k):
    i = k.execute(use("input") + 'await input("? ")', allow_stdin=True)
    k.client.get_stdin_msg(timeout=10)
    k.interrupt()
    assert failed(k.result(i, 6)).reply["ename"] == "Interrupted"
    assert "2" in ok(k.run("1+1")).value


@row("a flood of 1,000,000 lines: the kernel answers, the stream says what was cut, the last lines come", fresh=True)
def _(k):
    t = time.monotonic()
    i = k.execute("for (let i = 0; i < 1_000_000; i++) console.log(i);")
    k.until(lambda all: any(m["msg_type"] == "stream" for m in k.of(i)), 10, "stream")
    asked = time.monotonic()
    k.ask("kernel_info_request", {}, 3, "control")
    answered = time.monotonic() - asked
    r = ok(k.result(i, 60))
    lines = r.stdout.split("\n")
    assert lines[:50000] == [str(n) for n in range(50000)], lines[:3]
    assert lines[51].startswith("51") and "[cut: a cell shows 50,000 lines" in r.stdout, r.stdout[-600:]
    assert "[950,000 lines, 6.6 MB are not shown; the last 20:]" in r.stdout, r.stdout[-600:]
    assert r.stdout.endswith("999998\n999999\n")
    took = time.monotonic() - t
    assert answered < 1, answered
    assert ok(k.run('console.log("next")')).stdout == "next\n"
    return f"{took:.1f} s, asked in between {answered * 1000:.0f} ms"


@row("an endless flood is interrupted")
def _(k):
    i = k.execute("for (let i = 0; ; i++) console.log(i);")
    time.sleep(3)
    k.interrupt()
    r = failed(k.result(i, 10))
    assert "are not shown; the last 20:]" in r.stdout, r.stdout[-300:]


@row("text of child processes is shown, in its place, under the cell that started them")
def _(k):
    code = """import { execSync, execFileSync, fork, spawn, spawnSync } from "node:child_process";
import * as all from "node:child_process";
console.log("a");
const none = execSync("echo b; echo c >&2", { stdio: "inherit" });
console.log("d", none);
const done = spawnSync("echo", ["é"], { stdio: ["ignore", "inherit", "inherit"] });
console.log(done.status, done.stdout, all.execFileSync("echo", ["piped"], { encoding: "utf8" }));
try { execFileSync("sh", ["-c", "echo f; exit 3"], { stdio: "inherit" }); } catch (e) { console.log((e as any).status); }
const child = spawn("sh", ["-c", "echo g; sleep 0.2; echo h"], { stdio: "inherit" });
console.log(child.stdout);
await new Promise((f) => child.on("close", f));"""
    r = ok(k.run(code))
    assert r.stdout == "a\nb\nd null\né\n0 null piped\n\nf\n3\nnull\ng\nh\n", r
    assert r.stderr == "c\n", r
    i = k.execute('const c2 = spawn("sh", ["-c", "sleep 0.3; echo LATE-CHILD"], { stdio: "inherit" });')
    ok(k.result(i))
    ok(k.run("0"))
    late = lambda all: [m for m in k.of(i) if "LATE-CHILD" in m["content"].get("text", "")]  # noqa: E731
    k.until(late, 5, "LATE-CHILD")
    (PROJECT / "notebooks/forked.cjs").write_text('console.log("FORKED", process.execArgv.length);')
    code = 'const forked = fork("forked.cjs"); await new Promise((f) => forked.on("close", f));'
    assert ok(k.run(code)).stdout == "FORKED 1\n"  # only --no-force-async-hooks-checks


def past(k, session):
    asked = {"output": True, "raw": True, "hist_access_type": "range", "session": session, "start": 1, "stop": 100}
    return k.ask("history_request", asked, 3)["history"]


@row("cells of earlier kernels are reached by range with session -1 and -2, and only so", alone=True)
def _():
    for n in range(3):
        k = Kernel()
        try:
            k.ready()
            if n == 2:
                assert past(k, -1)[0] == [-1, 1, ["1001 + 0", "1001"]], past(k, -1)
                assert past(k, -2)[:2] == [[-2, 1, ["1000 + 0", "1000"]], [-2, 2, ["let h: number", None]]], past(k, -2)
                asked = {"output": False, "raw": True, "hist_access_type": "search", "pattern": "100*"}
                assert k.ask("history_request", asked, 3)["history"] == []
                files = (ROOT / ".jupyter/history").glob("*.jsonl")
                assert all(f.stat().st_mode & 0o077 == 0 for f in files)
            ok(k.run(f"{1000 + n} + 0"))
            ok(k.run("let h: number"))
        finally:
            k.close()
        time.sleep(0.01)


@row("members that only exist at run time are completed where the types know none")
def _(k):
    ok(k.run('const parsed: any = JSON.parse(\'{"station": {"latitude": 1, "longitude": 2}}\'); let counts: Record<string, number> = { first: 1 };'))

    def complete(code):
        c = k.ask("complete_request", {"code": code, "cursor_pos": len(code)})
        return c["matches"], code[c["cursor_start"] : c["cursor_end"]]

    assert complete("1;\nparsed.sta") == (["station"], "sta")
    assert complete("f(parsed.station.l") == (["latitude", "longitude"], "l")
    assert "first" in complete("counts.f")[0]
    ok(k.run("let asked = false; const shy: any = { get trap() { asked = true; return { deep: 1 }; } };"))
    assert complete("shy.tr")[0] == ["trap"] and complete("shy.trap.d")[0] == []
    assert "false" in ok(k.run("asked")).value


@row("the notebook's own tsconfig.json and package.json are honoured: strict, paths, imports", alone=True)
def _():
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "lib").mkdir()
        (root / "tsconfig.json").write_text('{ "compilerOptions": { "strict": false, "paths": { "@lib/*": ["./lib/*"] } } }')
        (root / "package.json").write_text('{ "type": "module", "imports": { "#own": "./lib/own.ts" } }')
        (root / "lib/one.ts").write_text("export const one: number = 1;\n")
        (root / "lib/own.ts").write_text('import { one } from "@lib/one"; export const own: number = one + 1;\n')
        k = Kernel(folder)
        try:
            k.ready()
            assert "1" in ok(k.run('import { one } from "@lib/one"; one')).value
            assert "2" in ok(k.run('import { own } from "#own"; own')).value
            assert "3" in ok(k.run('(await import("@lib/one")).one + 2')).value
            ok(k.run("function loose(x) { return x; }"))
            r = failed(k.run('import { one as wrong } from "@lib/one"; const s: string = wrong;'))
            assert "not assignable" in r.reply["evalue"], r
        finally:
            k.close()


SEED = int(os.environ.get("GEODL_SEED", "7"))
KINDS = [
    "while (true) {}",
    "while (true) await null;",
    "while (true) await new Promise((r) => setTimeout(r, 1));",
    "for (let i = 0; ; i++) console.log(i);",
    "{ const t = Date.now(); while (Date.now() - t < %d); }",
    "await new Promise((r) => setTimeout(r, %d));",
    "await Promise.all([1, 2].map(async () => { while (true) await new Promise((r) => setImmediate(r)); }));",
    "await new Promise((r) => setTimeout(r, 10)); while (true) JSON.stringify([1, { a: 2 }]);",
    "const big%d = new Float64Array(1e6).map((_, i) => Math.sin(i)); while (true) big%d.sort();",
]


def interrupts(k, times, seed):
    rng = random.Random(seed)
    ok(k.run("let counter = 0; const keep = { a: [1, 2, 3] };"))
    outcomes = {"ok": 0, "error": 0}
    value = 0
    for n in range(times):
        kind = rng.choice(KINDS)
        body = kind.replace("%d", str(rng.randrange(400)) if "Date" in kind or "setTimeout(r, %d" in kind else str(n))
        i = k.execute(f"counter = {n};\n{body}")
        time.sleep(rng.random() * 0.4)
        endless = "Date" not in body and not body.startswith("await new Promise((r) => setTimeout(r, ")
        k.interrupt()
        # An interrupt may come before the cell has begun: then another one is needed, as a reader would press again.
        end = time.monotonic() + 20
        while True:
            try:
                r = k.result(i, 2.5)
                break
            except AssertionError:
                assert time.monotonic() < end, f"{n}: {body} cannot be stopped"
                k.interrupt()
        outcomes[r.status] += 1
        assert r.status == "error" or not endless, (n, body, r)
        check = ok(k.run('[counter, keep.a.length].join("/")', 10))
        # It keeps the value of before where the interrupt came first.
        assert check.value in (f"'{n}/3'", f"'{value}/3'"), (n, value, body, check.value)
        value = int(check.value.strip("'").split("/")[0])
    return json.dumps(outcomes)


@row("30 interrupts at random moments: nothing lost, no crash", fresh=True)
def _(k):
    return interrupts(k, int(os.environ.get("GEODL_INTERRUPTS", "30")), SEED)


@row("the kernel ends when the process that started it dies", alone=True)
def _():
    code = (
        "import sys, os, time; sys.path.insert(0, %r); from client import Kernel; k = Kernel(); "
        "print(k.process.pid, flush=True); os._exit(0)" % os.path.dirname(__file__)
    )
    env = {**os.environ, "GEODL_ROWS_WORK": str(WORK)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=env)
    pid = int(done.stdout.strip())
    end = time.monotonic() + 10
    while os.path.exists(f"/proc/{pid}"):
        stat = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0]
        if stat == "Z":
            break
        assert time.monotonic() < end, "it lives on"
        time.sleep(0.1)


@row("process.exit in a cell ends the process with that code, without a crash", fresh=True)
def _(k):
    k.execute('console.log("last words"); process.exit(3);')
    k.until(lambda all: any("last words" in m["content"].get("text", "") for m in all), 10, "last words")
    assert k.process.wait(10) == 3, k.process.returncode


@row("an import of geodl is typed from any folder", alone=True)
def _():
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        k = Kernel(folder)
        try:
            k.ready()
            ok(k.run('import { check } from "geodl/notebook"; typeof check'))
            r = failed(k.run('import { nothing } from "geodl/notebook";'))
            assert "nothing" in r.reply["evalue"], r
            r = failed(k.run("check(1, 2, 3, 4, 5);"))
            assert r.reply["ename"] == "TypeScriptError", r
        finally:
            k.close()

