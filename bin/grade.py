"""Runs the cells of one notebook in a fresh kernel, with limits on time, memory and output, and says what came of each.

Called by `geodl grade`. Reads a job as JSON from stdin: cells ({role, source}), seconds (of all), cellSeconds (of a student's cell and of
a test), megabytes, folder (where the kernel works), guard (code that prints which functions were changed). Writes one line of JSON:
a result for each cell that was begun, {status, text (lines of checks), error, changed}, then seconds and peakMB. An error of the kernel ends the list.
"""
import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from queue import Empty

from jupyter_client.manager import AsyncKernelManager

from notebooks import ANSI, Memory

LARGEST = 200_000  # characters of a cell's text that are kept
MARKS = set("✓✗○")  # how a check's line begins
GRACE = 10  # seconds for an interrupted cell to end


class Kernel:
    """A kernel and what it says of each request."""

    def __init__(self, job):
        self.job = job
        self.manager = AsyncKernelManager(kernel_name="geodl")
        self.texts, self.errors, self.idle = {}, {}, {}

    async def start(self):
        # A kernel that shares our stdout makes it non-blocking, and what we print is cut short.
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        await self.manager.start_kernel(cwd=self.job["folder"], **silent)
        self.memory = Memory(self.manager.provisioner.pid, self.job["megabytes"])
        self.memory.start()
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=120)
        self.ears = asyncio.create_task(self.listen())

    async def listen(self):
        while True:
            message = await self.client.get_iopub_msg(timeout=None)
            request, kind, content = message["parent_header"].get("msg_id"), message["msg_type"], message["content"]
            if request not in self.idle:
                continue
            if kind == "stream" and content["name"] == "stdout" and len(self.texts[request]) < LARGEST:
                self.texts[request] += content["text"]
            elif kind == "error":
                self.errors[request] = f"{content['ename']}: {content['evalue']}"
            elif kind == "status" and content["execution_state"] == "idle":
                self.idle[request].set()

    async def is_dead(self):
        return self.memory.exceeded or not await self.manager.is_alive()

    async def run(self, source, limit):
        """Runs a cell. Returns (status, text, error); status is ok, error, timeout or died."""
        request = self.client.execute(source, allow_stdin=False, stop_on_error=False)
        self.texts[request], self.idle[request] = "", asyncio.Event()
        status = await self.wait(request, limit)
        if status == "timeout":
            await self.manager.interrupt_kernel()
            ended = await self.wait(request, GRACE)
            if ended == "timeout":
                return "died", self.texts[request], f"took more than {limit:.0f} s and could not be interrupted"
            if ended == "died":
                return "died", self.texts[request], self.why()
            return "timeout", self.texts[request], f"took more than {limit:.0f} s"
        if status == "died":
            return "died", self.texts[request], self.why()
        error = self.errors.get(request)
        return ("error" if error else "ok"), self.texts[request], error

    def why(self):
        if self.memory.exceeded:
            return f"passed the memory limit of {self.memory.limit:.0f} MB"
        return "the kernel ended (process.exit, a crash, or memory)"

    async def wait(self, request, limit):
        end, replied = time.monotonic() + limit, None
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return "timeout"
            if replied is None:
                try:
                    reply = await self.client.get_shell_msg(timeout=min(0.25, left))
                    if reply["parent_header"].get("msg_id") == request:
                        # the idle message comes after all that the cell has printed; a flood may have drowned it
                        replied = time.monotonic()
                        end = replied + 5
                        if reply["content"].get("status") == "error":
                            content = reply["content"]
                            self.errors.setdefault(request, f"{content.get('ename')}: {content.get('evalue')}")
                except Empty:
                    pass
                if replied is None and await self.is_dead():
                    return "died"
                continue
            try:
                await asyncio.wait_for(self.idle[request].wait(), left)
            except asyncio.TimeoutError:
                pass
            return "ended"

    async def stop(self):
        if hasattr(self, "ears"):
            self.ears.cancel()
        if hasattr(self, "memory"):
            self.memory.stopped.set()
        if hasattr(self, "client"):
            self.client.stop_channels()
        group = getattr(self.manager.provisioner, "pid", None)
        try:
            await self.manager.shutdown_kernel(now=True)
        except (OSError, RuntimeError):
            pass
        try:
            os.killpg(group, signal.SIGKILL)  # what a cell has started goes with its kernel
        except (OSError, TypeError):
            pass


async def run(job):
    results, fault = [], None
    start, kernel = time.monotonic(), Kernel(job)
    try:
        await kernel.start()
        start = time.monotonic()
        if job["guard"]:
            await kernel.run(job["guard"], 60)
        for cell in job["cells"]:
            left = job["seconds"] - (time.monotonic() - start)
            if left <= 0:
                fault = f"took more than {job['seconds']:.0f} s"
                break
            limit = left if cell["role"] == "own" else min(left, job["cellSeconds"])
            status, text, error = await kernel.run(cell["source"], limit)
            marked = "\n".join(line for line in text.splitlines() if cell["role"] != "student" and line[:1] in MARKS)
            result = {"status": status, "text": marked, "error": ANSI.sub("", error)[:400] if error else None, "changed": []}
            results.append(result)
            if status == "died":
                break
            if job["guard"] and cell["role"] != "own":
                state, said, _ = await kernel.run(job["guard"], 20)
                found = [line[len("guard ") :] for line in said.splitlines() if line.startswith("guard ")]
                result["changed"] = json.loads(found[-1]) if state == "ok" and found else ["the guard"]
    except RuntimeError as error:
        fault = f"the kernel did not start ({str(error).splitlines()[0]})"
    finally:
        await kernel.stop()
    peak = kernel.memory.peak if hasattr(kernel, "memory") else 0
    return {"cells": results, "fault": fault, "seconds": time.monotonic() - start, "peakMB": peak}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the kernel is ended, too
    try:
        print(json.dumps(asyncio.run(run(json.load(sys.stdin)))), flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
