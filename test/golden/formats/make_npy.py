"""NumPy: one array a type, order and byte order; archives stored and deflated."""
import base64
import io

import numpy as np

from common import dump, path, raw

TYPES = "b1 i1 u1 i2 u2 i4 u4 i8 u8 f2 f4 f8".split()
SHAPES = [(2, 3), (5,), (), (2, 3, 4), (0, 4), (1, 3)]


def values(rng, code, shape):
    kind, width = code[0], int(code[1])
    if kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if kind in "iu":
        info = np.iinfo(code)
        a = rng.integers(info.min, info.max, shape, dtype=code, endpoint=True)
        if a.size > 1:
            a.flat[0], a.flat[1] = info.min, info.max
        return a
    a = (rng.standard_normal(shape) * 10 ** rng.uniform(-4 if width == 2 else -20, 4 if width == 2 else 20, shape)).astype(code)
    if a.size > 5:
        a.flat[:5] = [np.nan, np.inf, -np.inf, -0.0, np.finfo(code).smallest_subnormal]
    return np.asarray(a)


def file_of(a, version=None):
    f = io.BytesIO()
    np.lib.format.write_array(f, a, version=version) if version else np.save(f, a)
    return base64.b64encode(f.getvalue()).decode()


def make():
    rng = np.random.default_rng(6)
    cases = []
    for code in TYPES:
        for shape in SHAPES:
            for order in "<>":
                for fortran in (False, True):
                    if shape != (2, 3) and (order == ">" or (fortran and code not in ("f4", "i2"))):
                        continue
                    a = values(rng, code, shape).astype(order + code)
                    if fortran:
                        a = np.asfortranarray(a)
                    cases.append({"name": f"{order}{code} {shape} {'F' if fortran else 'C'}", "file": file_of(a), **raw(a)})
    a = values(rng, "f4", (3, 2))
    for version in ((1, 0), (2, 0), (3, 0)):
        cases.append({"name": f"version {version[0]}", "file": file_of(a, version), **raw(a)})
    texts = [
        {"name": "U", "file": file_of(np.array([["HHE", "HHN"], ["", "Zürich 𝄞"]])), "values": ["HHE", "HHN", "", "Zürich 𝄞"]},
        {"name": "U scalar", "file": file_of(np.array("HHE_HHN_HHZ")), "values": ["HHE_HHN_HHZ"]},
        {"name": ">U", "file": file_of(np.array(["ab", "c"], dtype=">U4")), "values": ["ab", "c"]},
        {"name": "S", "file": file_of(np.array([b"P", b"S\xfc"])), "values": ["P", "S\u00fc"]},
        {"name": "U F", "file": file_of(np.asfortranarray(np.array([["a", "b", "c"], ["d", "e", "f"]]))), "values": list("abcdef")},
    ]
    refused = [
        {"name": "object", "file": file_of(np.array([{}], dtype=object))},
        {"name": "complex", "file": file_of(np.zeros(2, dtype="c8"))},
        {"name": "structured", "file": file_of(np.zeros(2, dtype=[("a", "f4")]))},
    ]
    dump("npy.json", {"cases": cases, "texts": texts, "refused": refused})
    arrays = {"data": values(rng, "f8", (40, 3)), "itp": np.array(3000), "flag": np.array([True, False]), "channels": np.array("HHE_HHN_HHZ")}
    np.savez(path("stored.npz"), **arrays)
    np.savez_compressed(path("deflated.npz"), **arrays)
    dump("npz.json", {"data": raw(arrays["data"]), "itp": 3000, "flag": [1, 0], "channels": "HHE_HHN_HHZ"})
