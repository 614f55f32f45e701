#!/usr/bin/env python3
"""Writes test/golden/rng/numpy.json: draws of numpy.random.default_rng as hex bits. Run from the project's root: .venv-peers/bin/python test/golden/rng/make.py"""
import hashlib
import json

import numpy

rng = numpy.random.default_rng
out = {"numpy": numpy.__version__}


def bits(a):
    return a.astype(">f8").tobytes().hex()


def digest(a, kind="<f8"):
    return hashlib.sha256(numpy.ascontiguousarray(a).astype(kind).tobytes()).hexdigest()


out["seeds"] = [{"seed": s, "random": bits(rng(s).random(4))} for s in (0, 1, 7, 12345, 2**32 - 1, 2**32, 2**53 - 1, [1, 2, 3], [5, 6, 7, 8, 9, 10], [2**40, 3])]
out["spawn"] = bits(numpy.random.default_rng(numpy.random.SeedSequence(5, spawn_key=(5, 1935763568, 101))).random(4))
x = rng(0).standard_normal(1000000)
tails = numpy.flatnonzero(abs(x) > 3.6541528853610088)
body = x.copy()
body[tails] = 0  # the tails depend on the C library's log1p, which is off by one unit now and then
out["normal"] = {"seed": 0, "first": bits(rng(0).standard_normal(16)), "n": len(x), "sha256": digest(body), "tails": {"at": tails.tolist(), "bits": bits(x[tails])}}
r = rng(3)
out["mixed"] = {"seed": 3, "draws": [bits(r.normal(2, 3, 5)), bits(r.uniform(-1, 4, 5)), r.integers(0, 10, 7).tolist(), bits(r.random(2)),
                r.integers(-5, 2**32, 5).tolist(), r.integers(0, 2**32, 3).tolist(), r.integers(0, 2**53 - 1, 4).tolist(), r.integers(3, 4, 3).tolist(),
                r.permutation(11).tolist(), bits(r.standard_normal(3))]}
r = rng(4)
out["integers"] = {"seed": 4, "n": 20000, "high": 3000000000, "sha256": digest(r.integers(0, 3000000000, 20000))}
out["permutation"] = {"seed": 0, "n": 1000, "sha256": digest(rng(0).permutation(1000), "<i4"), "hundred": rng(0).permutation(100).tolist()}
r = rng(9)
out["choice"] = {"seed": 9, "draws": [r.choice(10, 4).tolist(), r.choice(10, 10, replace=False).tolist(), r.choice(20000, 5, replace=False).tolist(),
                 digest(r.choice(20000, 1000, replace=False), "<i4"), r.choice(1000, 8, replace=False).tolist()]}
r = rng(10)
x = list(range(9))
r.shuffle(x)
y = numpy.arange(9)
r.shuffle(y)
out["shuffle"] = {"seed": 10, "list": x, "array": y.tolist()}
json.dump(out, open("test/golden/rng/numpy.json", "w"), indent=1)
