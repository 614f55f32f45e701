"""A Jupyter client for one kernel: runs cells and keeps every message that came back."""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODE = os.environ.get("GEODL_NODE") or shutil.which("node")
WORK = Path(os.environ.get("GEODL_ROWS_WORK") or tempfile.mkdtemp(prefix="geodl-rows-"))
os.environ["JUPYTER_PATH"] = str(WORK / "jupyter")
os.environ.setdefault("JUPYTER_RUNTIME_DIR", str(WORK / "runtime"))

from jupyter_client import KernelManager  # noqa: E402  (reads JUPYTER_PATH)


def install_spec():
    """The kernelspec under test, in a folder of this run only."""
    folder = WORK / "jupyter" / "kernels" / "geodl"
    folder.mkdir(parents=True, exist_ok=True)
    script = "import(process.argv[1]).then((m) => console.log(JSON.stringify(m.kernelspec({ root: process.argv[2] }))))"
    make = [NODE, "-e", script, (ROOT / "bin/kernelspec.mjs").as_uri(), str(ROOT)]
    spec = json.loads(subprocess.run(make, capture_output=True, text=True, check=True).stdout)
    (folder / "kernel.json").write_text(json.dumps(spec))


def make_project():
    """The small project of KERNEL-ROWS: four packages, two folders of TypeScript, geodl as a link."""
    project = WORK / "project"
    files = {
        "package.json": {
            "name": "rows",
            "type": "module",
            "dependencies": {p: "*" for p in ["esm-only", "esm-cond", "esm-tla", "cjs-only", "geodl"]},
        },
        "src/x.ts": 'import { base } from "./y.ts";\n'
        "export function twice(n: number): number { const o: Opt = { n }; return o.n * base; }\n"
        "interface Opt { n: number }\n",
        "src/y.ts": "export const base: number = 2;\n",
        "notebooks/near.ts": "export const near: number = 3;\n",
        "notebooks/sample.json": {"answer": 42},
        "node_modules/cjs-only/package.json": {"name": "cjs-only", "version": "1.0.0", "main": "index.js"},
        "node_modules/cjs-only/index.js": "module.exports = { eight: 8 };\n",
    }
    names = {"esm-only": ("five", "5"), "esm-cond": ("six", "6"), "esm-tla": ("seven", "await Promise.resolve(7)")}
    for package, (name, value) in names.items():
        conditions = {".": {"types": "./index.d.ts", "import": "./index.js"}}
        files[f"node_modules/{package}/package.json"] = {
            "name": package,
            "version": "1.0.0",
            "type": "module",
            "types": "./index.d.ts",
            "exports": conditions if package == "esm-cond" else "./index.js",
        }
        files[f"node_modules/{package}/index.js"] = f"export const {name} = {value};\n"
        files[f"node_modules/{package}/index.d.ts"] = f"export declare const {name}: number;\n"
    for name, content in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    link = project / "node_modules/geodl"
    if not link.exists():
        link.symlink_to(ROOT)
    return project


install_spec()
PROJECT = make_project()
NOTEBOOKS = PROJECT / "notebooks"


class Result:
    """What one cell gave: the reply's content and the IOPub messages of this parent."""

    def __init__(self, reply, messages, header):
        self.reply, self.messages, self.header = reply, messages, header

    @property
    def status(self):
        return self.reply["status"]

    def of(self, kind):
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    def text(self, name):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == name)

    @property
    def stdout(self):
        return self.text("stdout")

    @property
    def stderr(self):
        return self.text("stderr")

    @property
    def value(self):
        results = self.of("execute_result")
        return results[-1]["data"].get("text/plain", "") if results else self.stdout

    def __repr__(self):
        kinds = [m["msg_type"] for m in self.messages]
        return f"{self.reply} {kinds} stdout={self.stdout[:200]!r} stderr={self.stderr[:300]!r}"


class Kernel:
    """One kernel process and its client."""

    def __init__(self, cwd=NOTEBOOKS):
        self.manager = KernelManager(kernel_name="geodl")
        self.manager.start_kernel(cwd=str(cwd))
        self.client = self.manager.client()
        self.client.start_channels()
        self.seen = set()
        self.iopub = []
        self.client.wait_for_ready(timeout=60)

    @property
    def process(self):
        return self.manager.provisioner.process

    def checked(self, m):
        """Every message is as the protocol says; repeats would be dropped by a real client."""
        h = m["header"]
        for field in ["msg_id", "session", "username", "date", "msg_type", "version"]:
            assert h.get(field), f"header without {field}: {h}"
        assert h["msg_id"] not in self.seen, f"repeated {h}"
        self.seen.add(h["msg_id"])
        assert tuple(map(int, h["version"].split("."))) >= (5, 2), h
        assert isinstance(m["parent_header"], dict)
        return m

    def pump(self, wait=0.05):
        """Reads IOPub until nothing comes for `wait` seconds."""
        try:
            while True:
                self.iopub.append(self.checked(self.client.get_iopub_msg(timeout=wait)))
                self.iopub[-1]["at"] = time.monotonic()
        except queue.Empty:
            pass

    def until(self, done, timeout, what):
        """Reads IOPub until `done` of all messages so far is true."""
        end = time.monotonic() + timeout
        while not done(self.iopub):
            assert time.monotonic() < end, f"no {what} in {timeout} s"
            try:
                m = self.checked(self.client.get_iopub_msg(timeout=0.1))
                m["at"] = time.monotonic()
                self.iopub.append(m)
            except queue.Empty:
                pass

    def send(self, kind, content, channel="shell", metadata=None):
        m = self.client.session.msg(kind, content, metadata=metadata)
        getattr(self.client, f"{channel}_channel").send(m)
        return m["header"]["msg_id"]

    def execute(self, code, **more):
        content = dict(code=code, silent=False, store_history=True, user_expressions={}, allow_stdin=False, stop_on_error=True)
        return self.send("execute_request", {**content, **more})

    def reply(self, msg_id, timeout=30, channel="shell"):
        end = time.monotonic() + timeout
        c = getattr(self.client, f"{channel}_channel")
        while True:
            left = end - time.monotonic()
            assert left > 0, f"no reply in {timeout} s"
            try:
                m = self.checked(c.get_msg(timeout=left))
            except queue.Empty:
                continue
            if m["parent_header"].get("msg_id") == msg_id:
                return m

    def ask(self, kind, content, timeout=10, channel="shell"):
        return self.reply(self.send(kind, content, channel), timeout, channel)["content"]

    def of(self, msg_id):
        return [m for m in self.iopub if m["parent_header"].get("msg_id") == msg_id]

    def idle(self, msg_id, timeout=30):
        def done(all):
            return any(
                m["parent_header"].get("msg_id") == msg_id and m["content"].get("execution_state") == "idle" for m in all
            )

        self.until(done, timeout, "idle")
        return self.of(msg_id)

    def result(self, msg_id, timeout=30):
        messages = self.idle(msg_id, timeout)
        m = self.reply(msg_id, timeout)
        return Result(m["content"], messages, m["header"])

    def run(self, code, timeout=30, **more):
        return self.result(self.execute(code, **more), timeout)

    def ready(self):
        """What is asked before each row."""
        assert self.ask("kernel_info_request", {}, 3)["status"] == "ok"
        assert self.run("1", silent=True, store_history=False).status == "ok"

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    def interrupt(self):
        self.send("interrupt_request", {}, "control")

    def close(self):
        self.client.stop_channels()
        if self.alive:
            self.manager.shutdown_kernel(now=True)


def descendants(pid):
    """Process ids below pid."""
    children = {}
    for p in Path("/proc").iterdir():
        if p.name.isdigit():
            try:
                stat = (p / "stat").read_text()
            except OSError:
                continue
            parent = int(stat[stat.rindex(")") + 2 :].split()[1])
            children.setdefault(parent, []).append(int(p.name))
    found, todo = [], [pid]
    while todo:
        for c in children.get(todo.pop(), []):
            found.append(c)
            todo.append(c)
    return found


def log(**line):
    print(json.dumps(line), flush=True)


def clean():
    shutil.rmtree(WORK, ignore_errors=True)


if __name__ == "__main__":
    sys.exit("run rows.py")
