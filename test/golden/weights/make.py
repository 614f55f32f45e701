#!/usr/bin/env python3
"""Writes test/golden/weights: PyTorch checkpoints in both formats, and what is in them. Run from the project's root: .venv-peers/bin/python test/golden/weights/make.py"""
import collections
import json
import os
import pickle

import torch

HERE = "test/golden/weights/"
torch.manual_seed(0)
base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 7
state = collections.OrderedDict()
state["conv.weight"] = base
state["conv.transposed"] = base.permute(2, 0, 1)
state["conv.slice"] = base[1, 1:, ::2]
state["half"] = torch.tensor([1.5, -2.25, 65504, 6e-8], dtype=torch.float16)
state["bfloat"] = torch.tensor([1.5, -2.25, 3e38, 1e-30], dtype=torch.bfloat16)
state["double"] = torch.tensor([[1 / 3, -1e300]], dtype=torch.float64)
state["long"] = torch.tensor([2 ** 60 + 1, -5])
state["int"] = torch.tensor([2 ** 31 - 1, -5], dtype=torch.int32)
state["short"] = torch.tensor([[-300], [7]], dtype=torch.int16)
state["byte"] = torch.tensor([0, 255], dtype=torch.uint8)
state["char"] = torch.tensor([-128, 127], dtype=torch.int8)
state["bool"] = torch.tensor([True, False, True])
state["complex"] = torch.tensor([1 + 2j, -3.5j])
state["scalar"] = torch.tensor(4.25)
state["empty"] = torch.zeros(0, 3)
state["parameter"] = torch.nn.Parameter(base[0])
everything = {"epoch": 17, "name": "geodl", "best": 0.125, "done": True, "nothing": None, "state_dict": state,
              "optimizer": {"param_groups": [{"lr": 1e-3, "betas": (0.9, 0.999)}], "state": {0: {"exp_avg": base[:, 0] * 2}}}}
for kind, zipped in (("zip", True), ("legacy", False)):
    torch.save(everything, HERE + kind + ".pt", _use_new_zipfile_serialization=zipped)
out = {}


def walk(x, path):
    if isinstance(x, torch.Tensor):
        y = torch.view_as_real(x) if x.is_complex() else x
        y = y.detach()
        kind = str(y.dtype)[6:]
        values = [str(v) for v in y.flatten().tolist()] if kind == "int64" else y.to(torch.float64).flatten().tolist()
        out[path] = {"shape": list(y.shape), "kind": kind, "values": values}
    elif isinstance(x, dict):
        for k, v in x.items():
            walk(v, f"{path}.{k}" if path else str(k))
    elif isinstance(x, (list, tuple)):
        for k, v in enumerate(x):
            walk(v, f"{path}.{k}")


walk(everything, "")
json.dump(out, open(HERE + "expected.json", "w"))


class Evil:
    def __init__(self, f, *args):
        self.f, self.args = f, args

    def __reduce__(self):
        return self.f, self.args


torch.save({"a": torch.ones(2), "b": Evil(os.system, "touch /tmp/geodl-was-here")}, HERE + "evil.pt")
torch.save({"a": torch.ones(2), "b": Evil(eval, "1")}, HERE + "evil-legacy.pt", _use_new_zipfile_serialization=False)
with open(HERE + "evil.pkl", "wb") as file:
    pickle.dump(Evil(os.system, "true"), file)
