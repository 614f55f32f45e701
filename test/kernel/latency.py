"""Latency of this kernel, and of stock tslab and Deno beside it in the same run: minima in ms, as KERNEL-ROWS measures them.

latency.py [geodl] [tslab] [deno]: prints one JSON line a kernel, then a table. Deno is no dependency: GEODL_DENO names its program,
e.g. that of npm's @deno/linux-x64-glibc; without it two columns are printed."""

import json
import os
import queue
import sys
import time
from pathlib import Path

from client import NODE, NOTEBOOKS, ROOT, WORK, clean, descendants, log
from jupyter_client import KernelManager


def install_peers():
    """Kernelspecs of the others, in a folder of this run only."""
    tslab = [NODE, str(ROOT / "node_modules/tslab/bin/tslab"), "kernel", "--config-path={connection_file}"]
    peers = {"tslab": tslab}
    if os.environ.get("GEODL_DENO"):
        peers["deno"] = [os.environ["GEODL_DENO"], "jupyter", "--kernel", "--conn", "{connection_file}"]
    for name, argv in peers.items():
        folder = WORK / "jupyter/kernels" / name
        folder.mkdir(parents=True, exist_ok=True)
        spec = {"argv": argv, "display_name": name, "language": "typescript", "interrupt_mode": "message"}
        (folder / "kernel.json").write_text(json.dumps(spec))
    return ["geodl", *peers]


def rss(*pids):
    """Resident memory of processes, MiB."""
    total = 0
    for pid in pids:
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            total += pages * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            pass
    return round(total / 2**20)


class Bare:
    """A kernel with nothing between it and the clock."""

    def __init__(self, name):
        self.manager = KernelManager(kernel_name=name)
        t = time.perf_counter()
        self.manager.start_kernel(cwd=str(NOTEBOOKS))
        self.client = self.manager.client()
        self.client.start_channels(hb=False)
        self.ask("kernel_info_request", {})
        self.started = time.perf_counter() - t

    def ask(self, kind, content):
        m = self.client.session.msg(kind, content)
        self.client.shell_channel.send(m)
        mine = m["header"]["msg_id"]
        while True:
            r = self.client.get_shell_msg(timeout=120)
            if r["parent_header"].get("msg_id") == mine:
                return mine, r["content"]

    def cell(self, code, wait_idle=True):
        """Until reply and idle; until the reply alone where the idle message was lost, as tslab loses some."""
        t = time.perf_counter()
        mine, reply = self.ask("execute_request", {"code": code, "silent": False, "store_history": True})
        assert reply["status"] == "ok", (code, reply)
        took = time.perf_counter() - t
        while wait_idle:
            try:
                m = self.client.get_iopub_msg(timeout=2)
            except queue.Empty:
                break
            if m["parent_header"].get("msg_id") == mine and m["content"].get("execution_state") == "idle":
                took = time.perf_counter() - t
                break
        return took * 1000

    def memory(self):
        pid = self.manager.provisioner.process.pid
        return rss(pid, *descendants(pid))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def growing(n):
    last = f"v{n - 1} + 1" if n > 1 else "1"
    return f"const v{n}: number = {last};\nfunction f{n}(a: number) {{ return a + v{n}; }}\nf{n}({n})"


def measure(name, starts=4, notebooks=2):
    starting, first = [], []
    for n in range(starts):
        k = Bare(name)
        starting.append(k.started * 1000)
        first.append(k.cell("1+1", wait_idle=False))
        # The first start, which is dropped, is where a kernel fills its caches.
        time.sleep(0 if n else 3)
        k.close()
    k = Bare(name)
    # Subscriptions need a moment too: an idle message sent before is lost.
    time.sleep(2)
    at_start = k.memory()
    k.cell("1+1")
    after_first = k.memory()
    for _ in range(10):
        k.cell("1+1")
    same = [k.cell("1+1") for _ in range(60)]
    new = [k.cell(f"1+{n}") for n in range(60)]
    k.cell("let foobarbaz = 1;")
    completion = []
    for n in range(40):
        t = time.perf_counter()
        k.ask("complete_request", {"code": " " * (n % 7) + "foobarb", "cursor_pos": n % 7 + 7})
        completion.append((time.perf_counter() - t) * 1000)
    after = k.memory()
    k.close()
    last, sums = [], []
    for _ in range(notebooks):
        k = Bare(name)
        time.sleep(2)
        k.cell("0")
        times = [k.cell(growing(n)) for n in range(1, 201)]
        last += times[190:]
        sums.append(sum(times))
        k.close()
    both = [s + f for s, f in zip(starting[1:], first[1:], strict=True)]
    figures = dict(
        start=round(min(starting[1:])),
        first_cell=round(min(first[1:]), 1),
        start_to_checked_cell=round(min(both)),
        same=round(min(same), 1),
        new=round(min(new), 1),
        cell_200=round(min(last), 1),
        growing_notebook=round(min(sums)),
        completion=round(min(completion), 1),
        memory_at_start_mib=at_start,
        memory_after_first_cell_mib=after_first,
        memory_later_mib=after,
        load=os.getloadavg()[0],
    )
    log(kernel=name, **figures)
    return figures


def table(all):
    """Figures side by side, with each ratio to tslab."""
    names = list(all)
    print(f"{'':30}" + "".join(f"{n:>10}" for n in names) + f"{'of tslab':>10}")
    for key in all[names[0]]:
        row = [all[n][key] for n in names]
        ratio = f"{row[0] / all['tslab'][key]:10.2f}" if "tslab" in all and key != "load" else ""
        print(f"{key:30}" + "".join(f"{v:10.1f}" for v in row) + ratio)


if __name__ == "__main__":
    everyone = install_peers()
    table({kernel: measure(kernel) for kernel in sys.argv[1:] or everyone})
    clean()
