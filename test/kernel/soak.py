"""5,000 cells of one notebook, rerun as a reader does: does memory stay flat, does a cell take as long as in the beginning?

soak.py [CELLS]: prints one JSON line every 500 cells and one at the end."""

import statistics
import sys
import time

from client import Kernel, clean, log
from latency import rss


def cell(n):
    i, j = n % 40, (n - 6) % 40
    return [
        f"const a{i} = {n}; a{i} * 2",
        f"/** Adds {n}. */\nfunction f{i}(x: number): number {{ return x + {n}; }}\nf{i}(1)",
        f"interface P{i} {{ x: number; y: string }}\nconst p{i}: P{i} = {{ x: {n}, y: 'text' }}; p{i}.y",
        f"const d{i} = new Float64Array(1000).map((_, k) => k * {n}); d{i}.reduce((s, v) => s + v, 0)",
        f"for (let k = 0; k < 5; k++) console.log('line', k, {n});",
        f"let c{i} = typeof a{j} === 'number' ? a{j} + 1 : 0; c{i} += 1;" if n > 200 else f"let c{i} = 1;",
    ][n % 6]


# Collected before it is looked at: what V8 has not got round to says nothing about what is kept.
prepare = """import { setFlagsFromString } from "node:v8"; import { runInNewContext } from "node:vm";
setFlagsFromString("--expose-gc"); const collect = runInNewContext("gc") as () => void;"""
look = "collect(); process.memoryUsage().heapUsed / 2 ** 20"


def main(cells):
    k = Kernel()
    assert k.run(prepare).status == "ok"
    times, memory = [], []
    for n in range(1, cells + 1):
        t = time.perf_counter()
        r = k.run(cell(n))
        times.append((time.perf_counter() - t) * 1000)
        if r.status != "ok" and "Cannot find name" not in r.reply["evalue"]:
            raise AssertionError((n, r))
        k.iopub.clear()
        k.seen.clear()
        if n % 500 == 0 or n == 100:
            memory.append((n, float(k.run(look).value)))
            log(cell=n, ms=round(statistics.median(times[-100:]), 1), heap_mib=round(memory[-1][1], 1), mib=rss(k.process.pid))
    k.close()
    # From cell 500 on: the compiler's own tables are full by then.
    late = [(n, m) for n, m in memory if n >= 500]
    mean_n, mean_m = (statistics.mean(v) for v in zip(*late, strict=True))
    slope = sum((n - mean_n) * (m - mean_m) for n, m in late) / sum((n - mean_n) ** 2 for n, _ in late)
    early, last = statistics.median(times[50:150]), statistics.median(times[-100:])
    log(cells=cells, kib_a_cell=round(slope * 1024, 2), ms_at_100=round(early, 1), ms_at_end=round(last, 1), ratio=round(last / early, 2))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
    clean()
