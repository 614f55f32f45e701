"""The kernel's table of behaviours, row by row, and then rows beyond it (beyond.py). Prints one JSON line a row: {"row", "ok", "note", "seconds"}.

rows.py [PART OF A NAME ...] runs the rows whose name holds one of them; --list prints the names."""

import json
import os
import re
import subprocess
import sys
import time
import traceback

from client import NOTEBOOKS, PROJECT, ROOT, WORK, Kernel, clean, descendants, log

sys.modules["rows"] = sys.modules[__name__]
ROWS = []
THROW = 'throw new RangeError("boom-42");'
TYPE_ERROR = 'console.log("RAN")\nconst bad: number = "text";'
SYNTAX_ERROR = "const = = 3;"
BUNDLE = '{"text/html": "<b>h</b>", "text/plain": "p", "application/vnd.plotly.v1+json": {data: [{y: [1, 2]}], layout: {}}}'


def row(name, fresh=False, alone=False):
    """fresh: own kernel; alone: starts its kernels itself."""

    def add(f):
        ROWS.append((name, f, fresh, alone))
        return f

    return add


def ok(r):
    assert r.status == "ok", r
    return r


def failed(r):
    assert r.status == "error", r
    return r


def use(name):
    return f'import {{ {name} }} from "geodl/notebook";\n'


# Messages


@row("kernel_info reply")
def _(k):
    c = k.ask("kernel_info_request", {})
    assert c["status"] == "ok" and c["protocol_version"].startswith("5.") and c["implementation"] == "geodl", c
    assert c["implementation_version"] and c["banner"], c
    info = c["language_info"]
    assert info["name"] == "typescript" and info["mimetype"] == "text/typescript", info
    assert info["file_extension"] == ".ts" and info["codemirror_mode"] == "typescript", info
    real = json.loads((ROOT / "node_modules/typescript/package.json").read_text())["version"]
    assert info["version"] == real, info
    assert info["nbconvert_exporter"] == "script" and info["pygments_lexer"] == "typescript", info


@row("stream stdout")
def _(k):
    assert ok(k.run('console.log("hello out")')).stdout == "hello out\n"


@row("stream stderr")
def _(k):
    assert ok(k.run('console.error("hello err")')).stderr == "hello err\n"


@row("execute_input broadcast with count")
def _(k):
    r = ok(k.run("1+1"))
    assert r.of("execute_input") == [{"code": "1+1", "execution_count": r.reply["execution_count"]}], r


@row("execute_result for the last expression")
def _(k):
    r = ok(k.run("6*7"))
    (c,) = r.of("execute_result")
    assert "42" in c["data"]["text/plain"] and c["execution_count"] == r.reply["execution_count"], c


@row("no result for a declaration")
def _(k):
    r = ok(k.run("let decl1 = 5;"))
    assert not r.of("execute_result") and r.stdout == "", r


@row("display_data text/html")
def _(k):
    (c,) = ok(k.run(use("display") + 'display({"text/html": "<b>hi</b>"});')).of("display_data")
    assert c["data"]["text/html"] == "<b>hi</b>" and c["metadata"] == {}, c


# Errors


@row("IOPub error with ename/evalue/traceback")
def _(k):
    (c,) = k.run(THROW).of("error")
    assert "RangeError" in c["ename"] and "boom-42" in c["evalue"] and c["traceback"], c
    assert any("In[" in line and "line 1" in line for line in c["traceback"]), c


@row("execute_reply status error with the same fields")
def _(k):
    r = failed(k.run(THROW))
    (c,) = r.of("error")
    for field in ["ename", "evalue", "traceback"]:
        assert r.reply[field] == c[field]
    assert isinstance(r.reply["execution_count"], int)


@row("a type error is an error before running anything")
def _(k):
    r = failed(k.run(TYPE_ERROR))
    (c,) = r.of("error")
    assert "RAN" not in r.stdout and "not assignable" in c["evalue"], r
    assert any("^^^" in line for line in c["traceback"]) and "line 2" in c["evalue"], c


@row("a syntax error is an IOPub error")
def _(k):
    r = failed(k.run(SYNTAX_ERROR))
    assert r.of("error"), r


# Order, queue, counts


@row("busy first, idle last; reply parented")
def _(k):
    r = ok(k.run('console.log("s"); 5'))
    k.pump()
    states = [(i, m["content"]["execution_state"]) for i, m in enumerate(r.messages) if m["msg_type"] == "status"]
    assert states == [(0, "busy"), (len(r.messages) - 1, "idle")], states


@row("kernel uses its own session id in headers")
def _(k):
    r = ok(k.run("1+1"))
    assert r.header["session"] != k.client.session.session


@row("queued cells aborted after an error")
def _(k):
    ids = [k.execute(c) for c in [THROW, 'console.log("q1")', 'console.log("q2")']]
    statuses = [k.result(i, 15).status for i in ids]
    assert statuses == ["error", "aborted", "aborted"], statuses
    time.sleep(0.6)
    k.pump()
    assert not [m for i in ids[1:] for m in k.of(i) if m["msg_type"] == "stream"]
    assert ok(k.run('console.log("after")')).stdout == "after\n"


@row("a cell sent right after an error reply runs")
def _(k):
    for _ in range(5):
        failed(k.run(THROW))
        assert ok(k.run('console.log("at once")')).stdout == "at once\n"


@row("stop_on_error=false runs the queue")
def _(k):
    a, b = k.execute(THROW, stop_on_error=False), k.execute('console.log("on")')
    failed(k.result(a))
    assert ok(k.result(b)).stdout == "on\n"


@row("silent: no execute_input/result, count unchanged")
def _(k):
    a = ok(k.run("1+1")).reply["execution_count"]
    r = ok(k.run("40+2", silent=True, store_history=False))
    assert {m["msg_type"] for m in r.messages} == {"status"}, r
    assert ok(k.run("1+1")).reply["execution_count"] == a + 1


@row("store_history=false leaves the count alone")
def _(k):
    a = ok(k.run("1+1")).reply["execution_count"]
    ok(k.run("1+2", store_history=False))
    assert ok(k.run("1+1")).reply["execution_count"] == a + 1


@row("user_expressions evaluated")
def _(k):
    ok(k.run("let uev = 20;"))
    c = ok(k.run("let uev2 = 1;", user_expressions={"a": "uev+1", "b": "nope_undefined"})).reply["user_expressions"]
    assert c["a"]["status"] == "ok" and "21" in c["a"]["data"]["text/plain"] and c["b"]["status"] == "error", c


@row("top-level await")
def _(k):
    assert "8" in ok(k.run("const tl = await new Promise<number>(r => setTimeout(() => r(7), 20)); tl + 1")).value


@row("execute_reply carries execution_count and user_expressions")
def _(k):
    c = ok(k.run("1+1")).reply
    assert isinstance(c["execution_count"], int) and c["user_expressions"] == {}, c


# Completion and inspection


@row("is_complete: complete / incomplete / invalid")
def _(k):
    got = [k.ask("is_complete_request", {"code": c})["status"] for c in ["1+1", "function f(a) {", "const = = 3;"]]
    assert got == ["complete", "incomplete", "invalid"], got


def complete(k, code, pos):
    return k.ask("complete_request", {"code": code, "cursor_pos": pos})


@row("complete a user variable with cursor inside code")
def _(k):
    ok(k.run("let foobarbaz = 1;"))
    c = complete(k, "foobarb + 1", 7)
    assert "foobarbaz" in c["matches"] and (c["cursor_start"], c["cursor_end"]) == (0, 7), c


@row("complete a member")
def _(k):
    c = complete(k, "Math.sq", 7)
    assert any("sqrt" in m for m in c["matches"]) and c["cursor_end"] == 7, c


@row("cursor_pos counts code points (emoji before cursor)")
def _(k):
    ok(k.run("let foobarbaz = 1;"))
    c = complete(k, '"\U0001f30b\U0001f30b"; foobarb', 13)
    assert "foobarbaz" in c["matches"] and (c["cursor_start"], c["cursor_end"]) == (6, 13), c


def inspect(k, code, pos):
    return k.ask("inspect_request", {"code": code, "cursor_pos": pos, "detail_level": 0})


DOCUMENTED = "/** Adds two things, carefully. */\nfunction %s(a: number, b: number): number { return a + b; }\n"


@row("inspect a user function: signature and doc comment")
def _(k):
    ok(k.run(DOCUMENTED % "addTwo"))
    c = inspect(k, "addTwo(1, 2)", 3)
    assert c["found"] and all(s in c["data"]["text/plain"] for s in ["addTwo", "a:", "carefully"]), c


@row("inspect inside the cell that defines it")
def _(k):
    code = DOCUMENTED % "addTwoB" + "addTwoB"
    c = inspect(k, code, len(code) - 3)
    assert c["found"] and all(s in c["data"]["text/plain"] for s in ["addTwoB", "carefully"]), c


@row("inspect a builtin")
def _(k):
    c = inspect(k, "Math.sqrt", 9)
    assert c["found"] and len(c["data"]["text/plain"]) > 10, c


@row("inspect of nothing: found=false, status ok")
def _(k):
    c = inspect(k, "  ", 1)
    assert c["status"] == "ok" and c["found"] is False, c


# History and input


@row("history: tail, range, search")
def _(k):
    ok(k.run("111+1"))
    ok(k.run("222+2"))
    base = {"output": False, "raw": True}
    tail = k.ask("history_request", {**base, "hist_access_type": "tail", "n": 2}, 3)["history"]
    assert tail[-1][2] == "222+2" and len(tail) == 2, tail
    whole = {**base, "hist_access_type": "range", "session": 0, "start": 1, "stop": 100}
    assert any(h[2] == "111+1" for h in k.ask("history_request", whole, 3)["history"])
    found = k.ask("history_request", {**base, "hist_access_type": "search", "pattern": "22*", "n": 5}, 3)["history"]
    assert any(h[2] == "222+2" for h in found), found


ASK = use("input") + 'const nm = await input("name? "); console.log("got", nm);'


@row("input_request round trip", fresh=True)
def _(k):
    i = k.execute(ASK, allow_stdin=True)
    m = k.client.get_stdin_msg(timeout=5)
    assert m["msg_type"] == "input_request" and "name?" in m["content"]["prompt"], m
    k.client.input("Ada")
    assert "got Ada" in ok(k.result(i, 5)).stdout


@row("allow_stdin=false: an error, not a hang", fresh=True)
def _(k):
    i = k.execute(ASK, allow_stdin=True)
    k.client.get_stdin_msg(timeout=5)
    k.client.input("Ada")
    ok(k.result(i, 5))
    failed(k.run(ASK, 5, allow_stdin=False))


@row("password prompt (password: true)", fresh=True)
def _(k):
    i = k.execute(use("input") + 'await input("pw? ", { password: true })', allow_stdin=True)
    assert k.client.get_stdin_msg(timeout=5)["content"]["password"] is True
    k.client.input("secret")
    ok(k.result(i, 5))


# Interrupt and shutdown


def interrupted(k, code):
    ok(k.run("let keepme = 41;"))
    i = k.execute(code)
    k.until(lambda all: any(m["content"].get("execution_state") == "busy" for m in k.of(i)), 10, "busy")
    time.sleep(1)
    k.interrupt()
    t = time.monotonic()
    failed(k.result(i, 6))
    took = time.monotonic() - t
    assert k.alive
    assert "42" in ok(k.run("keepme + 1", 6)).value
    return f"{took * 1000:.0f} ms"


@row("interrupt an endless synchronous loop; state kept", fresh=True)
def _(k):
    return interrupted(k, "while (true) {}")


@row("interrupt a long await; state kept", fresh=True)
def _(k):
    return interrupted(k, "await new Promise(r => setTimeout(r, 60000));")


@row("interrupt an endless loop after an await", fresh=True)
def _(k):
    return interrupted(k, "await new Promise(r => setTimeout(r, 50));\nwhile (true) {}")


@row("interrupt while idle is harmless", fresh=True)
def _(k):
    ok(k.run("let keepme = 41;"))
    k.interrupt()
    time.sleep(0.5)
    assert k.ask("kernel_info_request", {}, 5)["status"] == "ok"
    assert "42" in ok(k.run("keepme + 1")).value


@row("shutdown reply echoes restart; process ends", fresh=True)
def _(k):
    c = k.ask("shutdown_request", {"restart": False}, 5, "control")
    assert c["status"] == "ok" and c["restart"] is False, c
    end = time.monotonic() + 5
    while k.alive and time.monotonic() < end:
        time.sleep(0.02)
    assert not k.alive


@row("restart: restart=true echoed, state gone, answers again", fresh=True)
def _(k):
    ok(k.run("let rst = 7;"))
    c = k.ask("shutdown_request", {"restart": True}, 5, "control")
    assert c["status"] == "ok" and c["restart"] is True, c
    k.process.wait(5)
    k.manager.restart_kernel(now=True)
    k.client.wait_for_ready(timeout=60)
    assert "8" not in k.run("rst + 1").value
    assert "4" in ok(k.run("2+2")).value


@row("leftover processes after shutdown", fresh=True)
def _(k):
    ok(k.run('import { spawn } from "node:child_process"; const child = spawn("sleep", ["300"]); child.pid'))
    pids = [k.process.pid, *descendants(k.process.pid)]
    assert len(pids) == 2, pids
    k.manager.shutdown_kernel(now=False)
    time.sleep(0.3)
    left = [p for p in pids if os.path.exists(f"/proc/{p}") and "Z" not in open(f"/proc/{p}/stat").read().rsplit(")")[1]]
    assert not left, left


# Comms and rich output


@row("comm_info_reply")
def _(k):
    c = k.ask("comm_info_request", {}, 3)
    assert c["status"] == "ok" and isinstance(c["comms"], dict), c


@row("comm_open to an unknown target is answered with comm_close")
def _(k):
    k.send("comm_open", {"comm_id": "u1", "target_name": "no.such.target", "data": {}})
    k.until(lambda all: any(m["msg_type"] == "comm_close" and m["content"]["comm_id"] == "u1" for m in all), 2, "close")


@row("front end opens a comm, message comes back, comm_info lists it")
def _(k):
    ok(k.run(use("comms") + 'comms.register("conf.echo", (c: any) => c.onMsg((m: any) => c.send({echo: m})));'))
    k.send("comm_open", {"comm_id": "e1", "target_name": "conf.echo", "data": {}})
    k.send("comm_msg", {"comm_id": "e1", "data": {"x": 1}})

    def back(all):
        return [m for m in all if m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == "e1"]

    k.until(back, 3, "comm_msg")
    assert back(k.iopub)[0]["content"]["data"] == {"echo": {"x": 1}}
    assert "e1" in k.ask("comm_info_request", {})["comms"]


@row("kernel opens a comm and sends")
def _(k):
    r = ok(k.run(use("comms") + 'const cc = comms.open("conf.out", {a: 1}); cc.send({b: 2});'))
    (o,), (m,) = r.of("comm_open"), r.of("comm_msg")
    assert o["target_name"] == "conf.out" and o["data"] == {"a": 1} and m["data"] == {"b": 2}, (o, m)
    assert o["comm_id"] == m["comm_id"]


def whole_bundle(data):
    assert data["text/html"] == "<b>h</b>" and data["text/plain"] == "p", data
    assert data["application/vnd.plotly.v1+json"]["data"] == [{"y": [1, 2]}], data


@row("several MIME types (html, plain, plotly) in one display_data")
def _(k):
    (c,) = ok(k.run(use("display") + f"display({BUNDLE});")).of("display_data")
    whole_bundle(c["data"])


@row("an object's own MIME bundle as the result")
def _(k):
    r = ok(k.run(f'({{[Symbol.for("Jupyter.display")]() {{ return {BUNDLE}; }}}})'))
    whole_bundle(r.of("execute_result")[0]["data"])


@row("clear_output(wait)")
def _(k):
    r = ok(k.run(use("clearOutput") + 'console.log("a"); clearOutput({ wait: true }); console.log("b");'))
    kinds = [m["msg_type"] for m in r.messages if m["msg_type"] not in ("status", "execute_input")]
    assert kinds == ["stream", "clear_output", "stream"] and r.of("clear_output")[0]["wait"] is True, kinds


@row("update_display_data with display_id across cells")
def _(k):
    (c,) = ok(k.run(use("display") + 'const dh = display({"text/plain": "x"}, {id: true});')).of("display_data")
    (u,) = ok(k.run('dh.update({"text/plain": "y"});')).of("update_display_data")
    name = c["transient"]["display_id"]
    assert isinstance(name, str) and u["transient"]["display_id"] == name and u["data"]["text/plain"] == "y"


# State across cells

KINDS = {
    "let": ("let k1 = 1;", "k1"),
    "const": ("const k2 = 1;", "k2"),
    "var": ("var k3 = 1;", "k3"),
    "function": ("function k4() { return 1; }", "k4()"),
    "class": ("class K5 { x = 1; }", "new K5().x"),
    "type": ("type K6 = { a: number };", "const k6v: K6 = { a: 1 }; k6v.a"),
    "interface": ("interface K7 { a: number }", "const k7v: K7 = { a: 1 }; k7v.a"),
    "enum": ("enum K8 { One = 1 }", "K8.One"),
    "destructuring": ("const { a: k9, b: [k9b] } = { a: 1, b: [2] };", "k9 + k9b - 2"),
    "import *": ('import * as osA from "os";', "osA.EOL.length"),
    "import named": ('import { EOL as eolB } from "os";', "eolB.length"),
}


@row("let/const/class/type/interface/enum/import usable in the next cell, cell can be run twice")
def _(k):
    for name, (define, used) in KINDS.items():
        for _ in range(2):
            ok(k.run(define))
            r = ok(k.run(used))
            assert "1" in r.value, (name, r)


@row("redefine a const with another type")
def _(k):
    ok(k.run("const rt = 1;"))
    ok(k.run('const rt = "abc";'))
    assert "ABC" in ok(k.run("rt.toUpperCase()")).value


@row("names assigned before the throw survive")
def _(k):
    failed(k.run("const bf = 5;\nthrow new Error('x');"))
    assert "6" in ok(k.run("bf + 1")).value


@row("a function of an earlier cell sees a later assignment")
def _(k):
    ok(k.run("let cm = 1; function getCm() { return cm; }"))
    ok(k.run("cm = 5;"))
    assert "5" in ok(k.run("getCm()")).value


@row("a let changed by a callback is seen by later cells")
def _(k):
    ok(k.run("let am = 1; setTimeout(() => { am = 9; }, 50);"))
    time.sleep(0.3)
    assert "9" in ok(k.run("am")).value


# Imports


@row("import an ESM-only npm package (exports: string)")
def _(k):
    assert "5" in ok(k.run('import { five } from "esm-only"; five')).value


@row("import an ESM-only package whose exports has only the import condition")
def _(k):
    assert "6" in ok(k.run('import { six } from "esm-cond"; six')).value


@row("import an ESM package that uses top-level await")
def _(k):
    assert "7" in ok(k.run('import { seven } from "esm-tla"; seven')).value


@row("await import() of an ESM-only package")
def _(k):
    assert "6" in ok(k.run('const dm = await import("esm-cond"); dm.six')).value


@row("import ../src/x.ts by relative path")
def _(k):
    assert "42" in ok(k.run('import { twice } from "../src/x.ts"; twice(21)')).value


@row("import ../src/x without extension")
def _(k):
    assert "42" in ok(k.run('import { twice as tw2 } from "../src/x"; tw2(21)')).value


@row("import ./near.ts from the notebook's folder (./near tried too)")
def _(k):
    assert "3" in ok(k.run('import { near } from "./near.ts"; near')).value
    assert "3" in ok(k.run('import { near as near2 } from "./near"; near2')).value


@row("types of ../src/x.ts are checked")
def _(k):
    ok(k.run('import { twice as tw3 } from "../src/x.ts"; tw3(1)'))
    r = failed(k.run('import { twice as tw3 } from "../src/x.ts"; tw3("a")'))
    assert "not assignable" in json.dumps(r.of("error")), r


@row("an edited ../src/x.ts is seen when the import cell runs again", fresh=True)
def _(k):
    file = PROJECT / "src/ed.ts"
    cell = 'import { ed } from "../src/ed.ts"; ed'
    file.write_text("export const ed: number = 1;\n")
    assert "1" in ok(k.run(cell)).value
    file.write_text("export const ed: number = 2;\n")
    time.sleep(1.5)
    assert "2" in ok(k.run(cell)).value


@row("require() of a CommonJS package")
def _(k):
    assert "8" in ok(k.run('const cj = require("cjs-only"); cj.eight')).value


# Faults


def survives(k, code):
    ok(k.run("let keepme = 41;"))
    k.run(code)
    time.sleep(0.5)
    assert k.ask("kernel_info_request", {}, 5)["status"] == "ok"
    assert "42" in ok(k.run("keepme + 1")).value


@row("an uncaught exception later does not kill the kernel", fresh=True)
def _(k):
    survives(k, 'setTimeout(() => { throw new Error("late-43"); }, 50);')
    assert any("Uncaught: Error: late-43" in m["content"].get("text", "") for m in k.iopub)


@row("an unhandled rejection does not kill the kernel", fresh=True)
def _(k):
    survives(k, 'const pr = Promise.reject(new Error("floating-42"));')


# Load


def gap(k, body):
    i = k.execute(f'console.log("AAA"); {body} console.log("BBB");')
    ok(k.result(i))
    at = {t: m["at"] for m in k.of(i) if m["msg_type"] == "stream" for t in ["AAA", "BBB"] if t in m["content"]["text"]}
    assert at["BBB"] - at["AAA"] > 0.7, at


@row("output arrives while the cell awaits")
def _(k):
    gap(k, "await new Promise(r => setTimeout(r, 1000));")


@row("output arrives while the cell computes synchronously")
def _(k):
    gap(k, "{ const t = Date.now(); while (Date.now() - t < 1000); }")


@row("output after the cell's end keeps the parent of the cell that made it")
def _(k):
    a = k.execute('setTimeout(() => console.log("LATE"), 300);')
    ok(k.result(a))
    ok(k.run("let latev = 1;"))
    late = lambda all: [m for m in all if m["msg_type"] == "stream" and "LATE" in m["content"]["text"]]  # noqa: E731
    k.until(late, 3, "LATE")
    assert late(k.iopub)[0]["parent_header"]["msg_id"] == a


@row("10 MB of text (100 lines, then one line) complete and in time")
def _(k):
    times = []
    for code in [
        'for (let i = 0; i < 100; i++) console.log("x".repeat(99999));',
        'console.log("y".repeat(9999999));',
    ]:
        t = time.monotonic()
        r = ok(k.run(code))
        times.append(time.monotonic() - t)
        assert len(r.stdout) == 10_000_000 and times[-1] < 10, (len(r.stdout), times)
    assert k.ask("kernel_info_request", {})["status"] == "ok"
    return f"{times[0]:.2f} s, {times[1]:.2f} s"


@row("10 000 small prints in one cell, in order")
def _(k):
    t = time.monotonic()
    r = ok(k.run("for (let i = 0; i < 10000; i++) console.log(i);", 60))
    took = time.monotonic() - t
    assert r.stdout == "".join(f"{i}\n" for i in range(10000)), r.stdout[:200]
    return f"{took:.2f} s in {len(r.of('stream'))} messages"


@row("200 queued cells: nothing lost or misparented")
def _(k):
    t = time.monotonic()
    ids = [k.execute(f'console.log("line {i}")') for i in range(200)]
    replies = {}
    while len(replies) < 200:
        m = k.checked(k.client.get_shell_msg(timeout=45))
        replies[m["parent_header"]["msg_id"]] = m["content"]
    took = time.monotonic() - t
    assert took < 45, took
    k.idle(ids[-1])
    counts = [replies[i]["execution_count"] for i in ids]
    assert counts == list(range(counts[0], counts[0] + 200))
    for n, i in enumerate(ids):
        ms = k.of(i)
        assert replies[i]["status"] == "ok"
        assert "".join(m["content"]["text"] for m in ms if m["msg_type"] == "stream") == f"line {n}\n", n
        states = [m["content"]["execution_state"] for m in ms if m["msg_type"] == "status"]
        assert states == ["busy", "idle"], (n, states)
    return f"{took:.2f} s"


@row("busy/idle of queued cells do not interleave")
def _(k):
    start = len(k.iopub)
    ids = [k.execute("{ const t = Date.now(); while (Date.now() - t < 100); }") for _ in range(4)]
    for i in ids:
        ok(k.result(i))
    states = [
        (m["parent_header"]["msg_id"], m["content"]["execution_state"]) for m in k.iopub[start:] if m["msg_type"] == "status"
    ]
    assert states == [(i, s) for i in ids for s in ["busy", "idle"]], states


BUSY = "{ const t = Date.now(); while (Date.now() - t < 3000); }"


def while_busy(k, f):
    i = k.execute(BUSY)
    k.until(lambda all: any(m["content"].get("execution_state") == "busy" for m in k.of(i)), 10, "busy")
    time.sleep(0.3)
    t = time.monotonic()
    f()
    took = time.monotonic() - t
    ok(k.result(i))
    return f"{took * 1000:.0f} ms"


@row("heartbeat answered during a synchronous computation")
def _(k):
    import zmq

    def ping():
        s = zmq.Context.instance().socket(zmq.REQ)
        s.connect(f"tcp://{k.manager.ip}:{k.manager.hb_port}")
        s.send(b"ping")
        assert s.poll(1000), "no echo in 1 s"
        assert s.recv() == b"ping"
        s.close(0)

    return while_busy(k, ping)


@row("control channel answers during a synchronous computation")
def _(k):
    return while_busy(k, lambda: k.ask("kernel_info_request", {}, 1, "control"))


# Protocol hygiene


@row("a message with a wrong signature is ignored")
def _(k):
    from jupyter_client.session import Session

    other = Session(key=b"another key")
    m = other.msg("execute_request", {"code": 'console.log("FORGED")', "silent": False})
    other.send(k.client.shell_channel.socket, m)
    time.sleep(1)
    k.pump()
    assert not k.of(m["header"]["msg_id"])
    assert ok(k.run('console.log("next")')).stdout == "next\n"


@row("malformed JSON, missing frames, missing delimiter: kernel lives")
def _(k):
    s, session = k.client.shell_channel.socket, k.client.session
    broken = [b"{not json", b"{}", b"{}", b"{}"]
    s.send_multipart([b"<IDS|MSG>", session.sign(broken), *broken])
    s.send_multipart([b"<IDS|MSG>", b"0123456789abcdef"])
    s.send(b"rubbish")
    k.send("nonsense_request", {})
    assert k.ask("kernel_info_request", {}, 5)["status"] == "ok"
    assert ok(k.run('console.log("next")')).stdout == "next\n"


@row("a request with unknown fields and metadata is accepted")
def _(k):
    content = dict(code='console.log("x")', silent=False, store_history=True, cellId="c", extra={"a": [1]})
    i = k.send("execute_request", content, metadata={"cellId": "c", "deletedCells": []})
    assert ok(k.result(i)).stdout == "x\n"


# Notebooks through nbclient and nbconvert


def notebook(*cells):
    from nbformat.v4 import new_code_cell, new_notebook

    spec = {"name": "geodl", "display_name": "TypeScript (geodl)", "language": "typescript"}
    return new_notebook(cells=[new_code_cell(c) for c in cells], metadata={"kernelspec": spec})


def run_notebook(*cells):
    from nbclient import NotebookClient

    nb = notebook(*cells)
    NotebookClient(nb, timeout=20, kernel_name="geodl", resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    return nb


def must_fail(*cells):
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        run_notebook(*cells)
    except CellTimeoutError:
        raise AssertionError("timeout") from None
    except (CellExecutionError, DeadKernelError) as e:
        return type(e).__name__
    raise AssertionError("passed")


@row("a good notebook passes and keeps its outputs", alone=True)
def _():
    nb = run_notebook("let n1 = 20;", "n1 + 1")
    (o,) = nb.cells[1].outputs
    assert "21" in o["data"]["text/plain"]


for title, code in {
    "a thrown Error fails the notebook": THROW,
    "a type error fails the notebook": 'const bad: number = "text";',
    "a syntax error fails the notebook": SYNTAX_ERROR,
    "an awaited rejection fails the notebook": 'await Promise.reject(new Error("rejected-42"));',
    "an unawaited rejection fails the notebook": 'const pr = Promise.reject(new Error("floating-42"));',
    "a throw in a timer while the cell awaits fails the notebook": 'setTimeout(() => { throw new Error("t"); }, 50);\n'
    "await new Promise(r => setTimeout(r, 400));",
    "process.exit(1) fails the notebook": "process.exit(1);",
}.items():
    row(title, alone=True)(lambda code=code: must_fail(code, "1+1"))


@row("an unawaited rejection in the LAST cell fails the notebook", alone=True)
def _():
    assert must_fail('const pr = Promise.reject(new Error("floating-42"));') == "CellExecutionError"


@row("jupyter nbconvert --execute exits non-zero on a throw, zero on a good notebook", alone=True)
def _():
    import nbformat

    codes = []
    for name, cell in [("good", "1+1"), ("bad", THROW)]:
        path = NOTEBOOKS / f"{name}.ipynb"
        nbformat.write(notebook(cell), path)
        command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", path, "--output", f"{name}-out.ipynb"]
        codes.append(subprocess.run(command, capture_output=True, timeout=90, cwd=NOTEBOOKS).returncode)
    assert codes[0] == 0 and codes[1] != 0, codes


@row("jupyter_kernel_test.KernelTests", alone=True)
def _():
    here = os.path.dirname(__file__)
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "-v", "kernel_tests"], capture_output=True, text=True, cwd=here, timeout=180
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return re.search(r"Ran \d+ tests.*?(?=\n)", done.stderr).group(0) + "; " + done.stderr.strip().splitlines()[-1]


import beyond  # noqa: E402, F401  (adds rows)


def main():
    if "--list" in sys.argv:
        clean()
        return print(json.dumps([r[0] for r in ROWS]))
    wanted = sys.argv[1:]
    shared = None
    bad = 0
    for name, f, fresh, alone in ROWS:
        if wanted and not any(w in name for w in wanted):
            continue
        start = time.monotonic()
        k = None
        try:
            if alone:
                note = f()
            else:
                if fresh:
                    k = Kernel()
                    k.ready()
                else:
                    if shared is None or not shared.alive:
                        shared = Kernel()
                    shared.ready()
                note = f(k or shared)
            log(row=name, ok=True, note=note, seconds=round(time.monotonic() - start, 2))
        except Exception as e:
            bad += 1
            where = traceback.extract_tb(e.__traceback__)[-1]
            text = f"{type(e).__name__}: {e} (line {where.lineno}: {where.line})"
            log(row=name, ok=False, note=text[:3000], seconds=round(time.monotonic() - start, 2))
        finally:
            if k:
                k.close()
    if shared:
        shared.close()
    clean()
    return bad


if __name__ == "__main__":
    assert WORK.exists()
    sys.exit(1 if main() else 0)
