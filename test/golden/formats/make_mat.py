"""MAT 5: files written by SciPy and the values that went into them, as SciPy reads them back."""
import base64
import io

import numpy as np
import scipy.io as sio

from common import dump, raw

HEAD = b"MATLAB 5.0 MAT-file Platform: posix, Created on: Mon Jan  1 00:00:00 2024".ljust(116, b"\0")


def tree(v):
    """A value of loadmat in the terms of readMat; arrays of objects in C order."""
    if v.dtype.names:
        return {"kind": "struct", "shape": list(v.shape), "fields": {k: [tree(x) for x in v[k].ravel()] for k in v.dtype.names}}
    if v.dtype.kind == "O":
        return {"kind": "cell", "shape": list(v.shape), "values": [tree(x) for x in v.ravel()]}
    if v.dtype.kind == "U":
        return {"kind": "text", "shape": list(v.shape), "rows": ["".join(r) for r in v.reshape(-1, v.shape[-1])] if v.size else []}
    if v.dtype.kind == "c":
        return {"kind": "numeric", "shape": list(v.shape), "data": raw(v.real.copy()), "imaginary": raw(v.imag.copy())}
    return {"kind": "numeric", "shape": list(v.shape), "data": raw(v.astype("u1") if v.dtype == bool else v)}


def make():
    rng = np.random.default_rng(63)
    numeric = {c: (rng.standard_normal((3, 4)) * 50).astype(c) for c in "f8 f4 i1 i2 i4 i8 u1 u2 u4 u8".split()}
    numeric |= {
        "cube": rng.standard_normal((2, 3, 4)),
        "complex": rng.standard_normal((2, 2)) + 1j * rng.standard_normal((2, 2)),
        "logical": np.array([[True, False, True]]),
        "empty": np.zeros((0, 3), "i2"),
        "scalar": 52.25,
        "odd": np.array([[np.nan, np.inf, -np.inf, -0.0]]),
    }
    other = {
        "name": "Zürich",
        "rows": np.array(["ab", "cde", "f"]),
        "none": "",
        "cell": np.array([[1.0, "x"], [np.arange(3), np.array([["in"]], dtype=object)]], dtype=object),
        "shot": {"ix": np.arange(5, dtype="i4"), "wavelet": rng.standard_normal(7).astype("f4"), "label": "first", "inner": {"deep": 1.5}},
        "list": np.array([[(1, "a"), (2, "b"), (3, "c")]], dtype=[("n", "O"), ("s", "O")]),
        "a_name_of_31_characters_in_all__": np.float32(3),
    }
    cases = []
    for name, values in (("numeric", numeric), ("other", other)):
        for compressed in (False, True):
            f = io.BytesIO()
            sio.savemat(f, values, do_compression=compressed, long_field_names=True)
            b = HEAD + f.getvalue()[116:]
            back = sio.loadmat(io.BytesIO(b), chars_as_strings=False)
            back = {k: tree(v) for k, v in back.items() if not k.startswith("__")}
            cases.append({"name": name + (", compressed" if compressed else ""), "file": base64.b64encode(b).decode(), "values": back})
    dump("mat.json", cases)
