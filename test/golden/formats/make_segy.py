"""SEG-Y: files written by segyio and read back by it; formats that it lacks are put together here from the standard."""
import base64
import struct
import tempfile
import zlib

import numpy as np
import segyio

from common import dump, raw

KINDS = {1: "f4", 2: "i4", 3: "i2", 5: "f4", 6: "f8", 8: "i1", 9: "i8", 10: "u4", 11: "u2", 12: "u8", 16: "u1"}
NT, NS = 3, 7
FIELDS = {k: int(v) for k, v in segyio.tracefield.keys.items()}
BINARY = {k: int(v) for k, v in segyio.binfield.keys.items() if not k.startswith("Unassigned")}


def values(rng, fmt, shape=(NT, NS)):
    kind = KINDS[fmt]
    if kind[0] == "f":
        a = rng.standard_normal(shape) * 10 ** rng.uniform(-30 if fmt != 6 else -200, 30 if fmt != 6 else 200, shape)
        if fmt == 1:  # only what an IBM float holds exactly: 21 bits of fraction
            m, e = np.frexp(a)
            a = np.ldexp(np.round(np.ldexp(m, 21)), e - 21)
        a[0, :2] = 0, -1
        return a.astype(kind)
    info = np.iinfo(kind)
    a = rng.integers(info.min, info.max, shape, dtype=kind, endpoint=True)
    a[0, :2] = info.min, info.max
    return a


def pack(b):
    return base64.b64encode(zlib.compress(b, 9)).decode()


def describe(name, path, endian, exact=None):
    """What segyio reads."""
    with segyio.open(path, ignore_geometry=True, endian=endian) as f:
        text = [f.text[i].decode("latin1") for i in range(1 + f.ext_headers)]
        samples = f.trace.raw[:]
        if exact is not None:
            np.testing.assert_array_equal(samples, exact)
        return {
            "name": name,
            "file": pack(open(path, "rb").read()),
            "text": text,
            "dt": segyio.tools.dt(f) * 1e-6,
            "format": int(f.format),
            "samples": raw(samples),
            "binary": {k: int(f.bin[v]) for k, v in BINARY.items()},
            "headers": {k: [int(f.header[i][v]) for i in range(f.tracecount)] for k, v in FIELDS.items()},
        }


def make_one(rng, folder, fmt, endian, ext=0, all_fields=False, ns=NS, scale=1):
    path = f"{folder}/{fmt}{endian}{ext}.sgy"
    spec = segyio.spec()
    spec.format, spec.samples, spec.tracecount, spec.endian, spec.ext_headers = fmt, np.arange(ns) * 2, NT, endian, ext
    a = values(rng, fmt, (NT, ns)) if scale else np.tile(np.arange(-125, 125).astype(KINDS[fmt]), (NT, ns // 250))
    with segyio.create(path, spec) as f:
        f.text[0] = segyio.create_text_header({i: f"line {i} of {NT} traces, format {fmt} ({endian})" for i in range(1, 41)})
        for i in range(ext):
            f.text[1 + i] = segyio.create_text_header({1: f"extended {i}"})
        for i in range(NT):
            f.trace[i] = a[i].copy()
            if all_fields:
                head = {}
                ends = list(FIELDS.values())[1:] + [241]
                for (k, v), end in zip(FIELDS.items(), ends):
                    if v >= 233 and endian == "little":
                        continue  # segyio turns these eight bytes as one
                    w = 4 if end - v >= 4 else 2
                    head[v] = int(rng.integers(-(2 ** (8 * w - 1)), 2 ** (8 * w - 1)))
                head[115], head[117] = ns, 2000
                f.header[i] = head
            else:
                f.header[i] = {1: i + 1, 9: 100 + i, 37: -50 * i, 71: -100, 73: 123456 + i, 115: ns, 117: 2000, 189: 11, 193: 20 + i}
        f.bin.update({3201: 7, 3205: -3, 3229: 4, 3255: 1})
        if all_fields:
            f.bin.update({v: i + 1 for i, (k, v) in enumerate(BINARY.items()) if 3227 <= v <= 3259})
            f.bin.update({3501: 1, 3502: 0, 3503: 1})
    return path, a


def ibm_words(rng):
    """Random normalized IBM floats inside the range of float32, as a file and as segyio reads it."""
    n = 400
    w = (rng.integers(0, 2, n) << 31) | (rng.integers(0x22, 0x60, n) << 24) | rng.integers(0x100000, 0x1000000, n)
    return w.astype(">u4")


def make():
    rng = np.random.default_rng(60)
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for fmt in KINDS:
            for endian in ("big", "little"):
                if endian == "little" and fmt in (9, 10, 12, 16):
                    continue
                path, a = make_one(rng, folder, fmt, endian)
                cases.append(describe(f"format {fmt}, {endian}-endian", path, endian, a))
        for endian in ("big", "little"):
            path, a = make_one(rng, folder, 5, endian, all_fields=True)
            cases.append(describe(f"every header field, {endian}-endian", path, endian, a))
        path, a = make_one(rng, folder, 1, "big", ext=2)
        cases.append(describe("two extended headers, revision 0", path, "big", a))
        path, a = make_one(rng, folder, 3, "little", ext=1, all_fields=True)
        cases.append(describe("extended header, little-endian, revision 1", path, "little", a))
        path, a = make_one(rng, folder, 8, "big", ns=70000, scale=0)
        cases.append(describe("70000 samples, revision 2", path, "big", a) | {"samples": None, "sum": a.astype("i8").sum(1).tolist()})
        spec = segyio.spec()
        spec.format, spec.samples, spec.tracecount = 1, np.arange(100), 4
        path = f"{folder}/ibm.sgy"
        with segyio.create(path, spec) as f:
            f.text[0] = b"C 1 ".ljust(3200)  # segyio's own holds the day
            for i in range(4):
                f.header[i] = {115: 100, 117: 1000}
                f.trace[i] = np.zeros(100, "f4")
        b = bytearray(open(path, "rb").read())
        words = ibm_words(rng)
        for i in range(4):
            at = 3600 + i * 640 + 240
            b[at : at + 400] = words[100 * i : 100 * i + 100].tobytes()
        open(path, "wb").write(b)
        cases.append(describe("random IBM words", path, "big"))
    # 3-byte integers: segyio knows the code but does not read it
    whole = []
    for fmt, low, high in ((7, -(2**23), 2**23), (15, 0, 2**24)):
        for endian in ("big", "little"):
            a = rng.integers(low, high, (2, 5))
            a[0, :2] = low, high - 1
            binary = bytearray(400)
            order = ">" if endian == "big" else "<"
            struct.pack_into(order + "H", binary, 16, 2000)
            struct.pack_into(order + "H", binary, 20, 5)
            struct.pack_into(order + "h", binary, 24, fmt)
            traces = b"".join(bytes(240) + b"".join((int(v) % 2**24).to_bytes(3, endian) for v in t) for t in a)
            whole.append({"name": f"format {fmt}, {endian}-endian", "file": pack(b"C 1 ".ljust(3200) + bytes(binary) + traces), "samples": a.tolist()})
    dump("segy.json", {"cases": cases, "three": whole})
