#!/usr/bin/env python3
"""Writes src/core/rng-tables.ts: the 256 layers of the normal ziggurat (Marsaglia and Tsang 2000) with NumPy's exact bits.

NumPy rounded its tables on the way, so the formulas give them to about 13 digits only. The bits are therefore read from the
static library that NumPy installs, at the one place where 256 numbers in a row agree with the formulas.
Run from the project's root: .venv-peers/bin/python test/golden/rng/make-tables.py
"""
import base64
import glob
import math

import numpy

R, N = 3.6541528853610088, 256
area = R * math.exp(-R * R / 2) + math.sqrt(math.pi / 2) * math.erfc(R / math.sqrt(2))
edges = [R]
for _ in range(N - 2):
    edges.append(math.sqrt(-2 * math.log(area / edges[-1] + math.exp(-edges[-1] ** 2 / 2))))
edges.reverse()  # edges[i] belongs to layer i + 1
widths = numpy.array([area / math.exp(-R * R / 2)] + edges) / 2.0 ** 52
heights = numpy.array([1.0] + [math.exp(-x * x / 2) for x in edges])
thresholds = numpy.array([R * math.exp(-R * R / 2) / area, 0] + [a / b for a, b in zip(edges, edges[1:])]) * 2.0 ** 52

library = open(glob.glob(numpy.__path__[0] + "/random/lib/libnpyrandom.a")[0], "rb").read()


def exact(approximate, kind):
    """The table in the library that agrees with the approximate one."""
    found = []
    for shift in range(8):
        numbers = numpy.frombuffer(library[shift:len(library) - (len(library) - shift) % 8], kind)
        with numpy.errstate(all="ignore"):
            last = numpy.flatnonzero(numpy.abs(numbers.astype("f8") / approximate[-1] - 1) < 1e-11)
            for end in last:
                table = numbers[end - N + 1:end + 1]
                if len(table) == N and numpy.all(numpy.abs(table.astype("f8") - approximate) <= 1e-11 * numpy.abs(approximate)):
                    found.append(table.astype("<f8"))
    assert len(found) == 1, len(found)
    return found[0]


def text(table):
    data = base64.b64encode(table.tobytes()).decode()
    return " +\n".join(f'  "{data[i:i + 96]}"' for i in range(0, len(data), 96))


tables = (("thresholds", exact(thresholds, "<u8"), "Thresholds, whole numbers below 2^52"),
          ("widths", exact(widths, "<f8"), "Widths over 2^52"),
          ("heights", exact(heights, "<f8"), "exp(-x^2 / 2) at the layers' edges"))
with open("src/core/rng-tables.ts", "w", encoding="utf-8") as out:
    out.write("// Layers of the normal ziggurat as NumPy's exact bits, so that no machine's exp enters. Made by test/golden/rng/make-tables.py.\n")
    out.write(f"\n/** Start of the tail. */\nexport const tail = {R!r};\n/** 1 / tail. */\nexport const tailInverse = 0.2736612373297583;\n")
    for name, table, says in tables:
        out.write(f"/** {says}: base64 of 256 little-endian float64. */\nexport const {name} =\n{text(table)};\n")
