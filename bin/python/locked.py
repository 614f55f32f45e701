"""Prints the part of a requirements file that holds for another Python: locked.py FILE VERSION, e.g. 3.11.0.

pip judges conditions such as `python_full_version < '3.11'` by the Python that runs it, also where it downloads for another one;
so they are judged here and left out of what is printed. Called by `geodl pack-offline` with the Python of .venv.
"""

import re
import sys

from packaging.requirements import Requirement


def main(path, version):
    short = ".".join(version.split(".")[:2])
    with open(path, encoding="utf-8") as file:
        blocks = re.split(r"\n(?=\S)", file.read())
    for block in blocks:
        if block.startswith("#") or not block.strip():
            continue
        head, _, sums = block.partition("\\\n")
        marker = Requirement(head).marker
        if marker is None or marker.evaluate({"python_version": short, "python_full_version": version}):
            print(f"{head.partition(';')[0].strip()} \\\n{sums}")


if __name__ == "__main__":
    main(*sys.argv[1:])
