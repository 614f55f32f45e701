"""Runs notebooks as a reader would, each in a fresh kernel, and says which are sound. Called by `geodl notebooks`.

A notebook is red when a cell errs, writes "Unhandled" or "Uncaught" to stderr, is tagged `figure` and shows none, when its
last line `checks: N passed, 0 failed, 0 open` is missing or red, or when it passes its limits of time or memory.
A cell tagged `solution` runs in place of the exercise before it.
"""
import argparse
import asyncio
import copy
import hashlib
import json
import os
import re
import sys
import threading
import time
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from handouts import glossary, student

BUDGETS = {"ci": (75, 1500), "tutorial": (360, 1800), "paper": (86_400, 64_000)}  # seconds, MB
FIGURES = {"image/png", "image/svg+xml", "application/vnd.plotly.v1+json"}
SUMMARY = re.compile(r"^checks: (\d+) passed, (\d+) failed, (\d+) open$")
FAULT = re.compile(r"\b(Unhandled|Uncaught)\b")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
LIMIT_PICTURE, LIMIT_NOTEBOOK = 150_000, 2_000_000  # bytes, committed


def tags(cell):
    return cell.metadata.get("tags", [])


def code_hash(nb):
    """Of the code cells alone: prose may change without a new run."""
    digest = hashlib.sha256()
    for cell in nb.cells:
        if cell.cell_type == "code":
            digest.update(cell.source.encode() + b"\0")
    return digest.hexdigest()


def plan(nb):
    """Indices of the cells to run: every code cell, but an exercise only where no solution follows it."""
    run = []
    for i, cell in enumerate(nb.cells):
        if cell.cell_type != "code":
            continue
        if "solution" in tags(cell):
            earlier = [j for j in run if "exercise" in tags(nb.cells[j])]
            if earlier:
                run.remove(earlier[-1])
        run.append(i)
    return run


class Memory(threading.Thread):
    """Largest resident memory of a process and its children, sampled; kills them past the limit."""

    def __init__(self, pid, limit):
        super().__init__(daemon=True)
        self.process, self.limit, self.peak, self.exceeded = psutil.Process(pid), limit, 0.0, False
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(0.1):
            family = []
            try:
                family = [self.process, *self.process.children(recursive=True)]
            except psutil.Error:
                return
            total = 0
            for p in family:
                try:
                    total += p.memory_info().rss
                except psutil.Error:
                    pass
            self.peak = max(self.peak, total / 1e6)
            if self.peak > self.limit:
                self.exceeded = True
                for p in family:
                    try:
                        p.kill()
                    except psutil.Error:
                        pass
                return


def outputs_text(cell, name):
    return "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == name)


def faults_of(cell, i):
    """What is wrong with a cell that ran without an error message."""
    found = []
    if "raises-exception" in tags(cell) and not any(o.output_type == "error" for o in cell.outputs):
        found.append(f"cell {i}: tagged raises-exception, but raises nothing")
    if "figure" in tags(cell):
        shown = {m for o in cell.outputs for m in o.get("data", {})}
        if not shown & FIGURES:
            found.append(f"cell {i}: tagged figure, but shows none")
    return found


def summary_fault(cell):
    lines = [x for x in outputs_text(cell, "stdout").splitlines() if x.strip()]
    match = SUMMARY.match(lines[-1]) if lines else None
    if not match:
        return "no summary: the last cell must end with the line 'checks: N passed, 0 failed, 0 open'"
    passed, failed, still_open = map(int, match.groups())
    if failed or still_open:
        return f"summary is red: {passed} passed, {failed} failed, {still_open} open"
    return None


async def listen(client, found):
    """Notes what any cell, the finished ones too, writes of a fault to stderr; nbclient drops what comes late."""
    ears = client.km.client()
    ears.start_channels(shell=False, iopub=True, stdin=False, hb=False, control=False)
    try:
        while True:
            msg = await ears.get_iopub_msg(timeout=None)
            if msg["msg_type"] == "stream" and msg["content"]["name"] == "stderr":
                for line in msg["content"]["text"].splitlines():
                    if FAULT.search(line):
                        found.append(line.strip()[:200])
    finally:
        ears.stop_channels()


async def execute(nb, folder, kernel, seconds, megabytes):
    """Runs the planned cells. Returns (faults, seconds, peak MB); outputs stay in nb."""
    faults, peak, start = [], 0.0, time.monotonic()
    own = nb.metadata.get("geodl", {})
    cell_limit = own.get("cellLimit", 3 * seconds)
    client = NotebookClient(nb, timeout=cell_limit, kernel_name=kernel, resources={"metadata": {"path": str(folder)}},
                            interrupt_on_timeout=False, iopub_timeout=10)
    run = plan(nb)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    memory, ears, i = None, None, None
    try:
        async with client.async_setup_kernel():
            memory = Memory(client.km.provisioner.pid, own.get("memoryLimit", megabytes))
            memory.start()
            ears = asyncio.create_task(listen(client, faults))
            for i in run:
                await client.async_execute_cell(nb.cells[i], i)
                faults += faults_of(nb.cells[i], i)
                if time.monotonic() - start > 3 * seconds:
                    faults.append(f"took more than three times its {seconds} s")
                    break
            else:
                fault = summary_fault(nb.cells[run[-1]]) if run else "no code cell"
                if fault:
                    faults.append(fault)
            await asyncio.sleep(0.3)  # what is on its way to the listener
    except CellExecutionError as error:
        faults.append(f"cell {i}: {error.ename}: {error.evalue}"[:400])
    except CellTimeoutError:
        faults.append(f"cell {i}: took more than {cell_limit} s")
    except (DeadKernelError, RuntimeError) as error:
        if memory and memory.exceeded:
            faults.append(f"cell {i}: passed the memory limit of {memory.limit:.0f} MB")
        else:
            faults.append(f"cell {i}: the kernel died ({str(error).splitlines()[0]})")
    finally:
        if ears:
            ears.cancel()
        if memory:
            memory.stopped.set()
            peak = memory.peak
    return [ANSI.sub("", f) for f in faults], time.monotonic() - start, peak


def committed(nb, profile):
    """A copy as it is committed: pictures and text only, no times, stamped with the hash of its code."""
    nb = copy.deepcopy(nb)
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        for out in cell.get("outputs", []):
            data = out.get("data", {})
            if "image/png" in data or "image/svg+xml" in data:
                data.pop("application/vnd.plotly.v1+json", None)
    nb.metadata["geodl"] = {**nb.metadata.get("geodl", {}), "code": code_hash(nb), "profile": profile}
    return nb


def size_faults(nb):
    found = []
    total = len(nbformat.writes(nb).encode())
    if total > LIMIT_NOTEBOOK:
        found.append(f"{total} bytes with outputs, more than {LIMIT_NOTEBOOK}")
    for i, cell in enumerate(nb.cells):
        for out in cell.get("outputs", []):
            picture = out.get("data", {}).get("image/png", "")
            if len(picture) * 3 / 4 > LIMIT_PICTURE:
                found.append(f"cell {i}: a picture of {len(picture) * 3 // 4} bytes, more than {LIMIT_PICTURE}")
    return found


def write_whole(path, nb):
    temporary = path.with_name(path.name + ".part")
    nbformat.write(nb, temporary)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--profile", choices=BUDGETS, default="tutorial")
    parser.add_argument("--kernel", default="geodl")
    parser.add_argument("--student", type=Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder for the executed copies")
    args = parser.parse_args()

    books = [(path, nbformat.read(path, as_version=4)) for path in args.files]
    if args.student:
        args.student.mkdir(parents=True, exist_ok=True)
        for path, nb in books:
            write_whole(args.student / path.name, student(nb, path.parent))
            print(f"{args.student / path.name}: without {sum('solution' in tags(c) for c in nb.cells)} solutions")
        for folder in {path.parent for path, _ in books}:
            if words := glossary(folder):
                (args.student / "glossary.md").write_text(words, "utf-8")
        return 0

    os.environ["GEODL_PROFILE"] = args.profile
    os.environ["GEODL_STATIC"] = "1"  # nobody can move a slider: widgets show their fallback
    seconds, megabytes = BUDGETS[args.profile]
    red = 0
    for path, nb in books:
        faults, took, peak = asyncio.run(execute(nb, path.parent.resolve(), args.kernel, seconds, megabytes))
        warnings = [f"took {took:.0f} s, more than its {seconds} s"] if seconds < took <= 3 * seconds else []
        if args.update and not faults:
            fresh = committed(nb, args.profile)
            faults += size_faults(fresh)
            if not faults:
                write_whole(path, fresh)
                if any("GENERATED" in str(out) for cell in fresh.cells for out in cell.get("outputs", [])):
                    warnings.append("written with GENERATED data: GEODL_DATA names the folder with the recorded ones")
        if args.keep:
            args.keep.mkdir(parents=True, exist_ok=True)
            write_whole(args.keep / path.name, nb)
        red += bool(faults)
        if args.json:
            print(json.dumps({"notebook": path.name, "ok": not faults, "seconds": round(took, 2), "peakMB": round(peak),
                              "faults": faults, "warnings": warnings}), flush=True)
        else:
            print(f"{'FAILED' if faults else 'ok    '}  {path.name}  {took:.1f} s  {peak:.0f} MB", flush=True)
            for line in faults:
                print(f"        {line}", flush=True)
            for line in warnings:
                print(f"        warning: {line}", flush=True)
    if not args.json:
        print(f"notebooks ({args.profile}): {len(books) - red} passed, {red} failed")
    return 1 if red else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        print(f"geodl notebooks: cannot read, {error}", file=sys.stderr)
        sys.exit(1)
