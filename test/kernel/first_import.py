"""What the first cell that loads TensorFlow costs: seconds and resident memory of the kernel, as one JSON line."""

import os
import time
from pathlib import Path

from client import Kernel, clean, log
from latency import rss

CELL = 'import { tensor } from "geodl";\nconst { backend } = await tensor.ready();\nconsole.log(backend);'


def cpu(pid):
    """Seconds of all threads of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    k = Kernel()
    k.run("1 + 1")
    pid = k.process.pid
    mib, used, t = rss(pid), cpu(pid), time.perf_counter()
    r = k.run(CELL)
    wall = time.perf_counter() - t
    log(
        status=r.status,
        backend=r.stdout.strip(),
        wall=round(wall, 2),
        cpu=round(cpu(pid) - used, 2),
        mb=round((rss(pid) - mib) * 1.048576),
    )
    k.close()


if __name__ == "__main__":
    main()
    clean()
