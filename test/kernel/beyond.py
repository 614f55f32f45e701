"""Rows beyond the table: what a notebook needs besides, and 30 interrupts at random moments."""

import json
import os
import random
import subprocess
import sys
import time

from client import PROJECT, WORK, Kernel
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


@row("an interrupt ends a pending input", fresh=True)
def _(k):
    i = k.execute(use("input") + 'await input("? ")', allow_stdin=True)
    k.client.get_stdin_msg(timeout=10)
    k.interrupt()
    assert failed(k.result(i, 6)).reply["ename"] == "Interrupted"
    assert "2" in ok(k.run("1+1")).value


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

