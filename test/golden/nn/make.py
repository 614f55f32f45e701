#!/usr/bin/env python3
"""Writes test/golden/nn/*.json: outputs, losses and gradients of PyTorch, SeisBench and neuraloperator models whose weights a formula fills.

Run from the project's root, with the shared data's folder: GEODL_DATA=... .venv-peers/bin/python test/golden/nn/make.py
The formula (test/nn/formula.ts has it too): number i of tensor j is u = ((i * 2654435761 + j * 40503 + 12345) mod 2^32) / 2^32 - 1/2.
"""
import base64
import functools
import json
import os
import sys

import numpy
import torch

sys.path.insert(0, "test/peers")
sys.dont_write_bytecode = True
import bench  # noqa: E402

torch.set_num_threads(1)
DATA = os.environ["GEODL_DATA"]


def formula(count, j):
    i = numpy.arange(count, dtype=numpy.uint64)
    mixed = (i * numpy.uint64(2654435761) + numpy.uint64(j * 40503 + 12345)) % numpy.uint64(2 ** 32)
    # a second round, so that neighbours are not a straight line
    mixed = (mixed ^ (mixed >> numpy.uint64(15))) * numpy.uint64(2246822519) % numpy.uint64(2 ** 32)
    return mixed.astype(numpy.float64) / 2 ** 32 - 0.5


def fill(model):
    """Weights 3.4 u / sqrt(fan in), biases u / 10, norms 1 + u / 2, variances 1 + u / 2, means u / 10."""
    names = [n for n, t in model.state_dict().items() if isinstance(t, torch.Tensor) and not n.endswith("num_batches_tracked")]
    for j, name in enumerate(sorted(names)):
        t = model.state_dict()[name]
        parts = 2 if t.is_complex() else 1
        u = formula(t.numel() * parts, j)
        dims = t.dim()
        if name.endswith(("running_var",)) or (dims == 1 and name.endswith("weight")) or "channel_mlp_skips" in name:
            u = 1 + u / 2
        elif dims == 1 or name.endswith("bias"):
            u = u / 10
        elif parts == 2:
            u = u / 8
        else:
            u = 3.4 * u / numpy.sqrt(t[0].numel())
        u = u.astype("float32")
        t.copy_(torch.from_numpy(u.reshape(list(t.shape) + [2]) if parts == 2 else u.reshape(t.shape)) if parts == 1
                else torch.view_as_complex(torch.from_numpy(u.reshape(list(t.shape) + [2]))))
    return model


def picked(a, count=300):
    """Evenly taken numbers, as base64 of float32, with the step, the size and the largest size."""
    flat = a.detach().numpy().astype("<f4").ravel()
    step = max(1, len(flat) // count)
    return dict(size=len(flat), step=step, max=float(abs(flat).max()), data=base64.b64encode(flat[::step].tobytes()).decode())


def channels_last(a):
    return a.movedim(1, -1).contiguous()


def run(name, model, shape, loss, number=999):
    fill(model)
    x = torch.from_numpy((2 * formula(int(numpy.prod(shape)), number)).astype("float32").reshape(shape))
    model.eval()
    with torch.inference_mode():
        out = model(x)
    record = dict(shape=list(shape), input=number, output=picked(channels_last(out)))
    model.train()
    y = torch.from_numpy((formula(out.numel(), 998) + 0.5).astype("float32").reshape(out.shape))
    value = loss(model(x), y)
    value.backward()
    record["loss"] = value.item()
    record["gradients"] = {n: picked(torch.view_as_real(p.grad) if p.is_complex() else p.grad, 40) for n, p in model.named_parameters()}
    record["buffers"] = {n: picked(b, 8) for n, b in model.named_buffers() if not n.endswith("num_batches_tracked")}
    record["parameters"] = sum(p.numel() * (2 if p.is_complex() else 1) for p in model.parameters())
    json.dump(record, open(f"test/golden/nn/{name}.json", "w"))
    print(name, record["loss"], record["parameters"])


mse = torch.nn.functional.mse_loss
bce = torch.nn.functional.binary_cross_entropy_with_logits


def soft(p, y):
    return -(y * torch.log(p + 1e-5)).sum(dim=1).mean()


def first(z, y):
    """All samples are of the first class."""
    return torch.nn.functional.cross_entropy(z, torch.zeros_like(y[:, 0]).long())


def relative(p, y):
    return ((p - y).flatten(1).norm(dim=1) / y.flatten(1).norm(dim=1)).mean()


def weights(name, model, shape):
    """Published weights on a formula's input."""
    x = torch.from_numpy((2 * formula(int(numpy.prod(shape)), 999)).astype("float32").reshape(shape))
    model.eval()
    with torch.inference_mode():
        out = model(x)
    json.dump(dict(shape=list(shape), output=picked(channels_last(out))), open(f"test/golden/nn/{name}.json", "w"))
    print(name, float(out.abs().max()))


import seisbench.models  # noqa: E402
from neuralop.models import FNO  # noqa: E402

run("dncnn", bench.build_dncnn(torch, 5, 12), (2, 1, 20, 24), mse)
run("unet2d", bench.build_unet2d(torch, 6, 3), (2, 1, 24, 16), bce)
run("phasenet", seisbench.models.PhaseNet(), (2, 3, 3001), soft)
# input 997 leaves no unit within float32's rounding of the ReLU's edge; of 990 to 999 four do, and one unit there is 2 to 4 % of a gradient
logits = seisbench.models.PhaseNet()
logits.forward = functools.partial(logits.forward, logits=True)
run("phasenetLogits", logits, (2, 3, 3001), first, 997)
run("phasenetlight", seisbench.models.PhaseNetLight(), (2, 3, 3001), soft)
run("fno2d", FNO(n_modes=(8, 6), hidden_channels=8, in_channels=2, out_channels=3, n_layers=3), (2, 2, 16, 12), relative)

model = bench.build_dncnn(torch, batch_norm=False)
model.load_state_dict(torch.load(os.path.join(DATA, "weights", "kair_dncnn_25.pth")))
weights("kair", model, (1, 1, 48, 40))
for name, kind, file in (("volpick", seisbench.models.PhaseNet, "phasenet_volpick.pt.v1"), ("ethz", seisbench.models.PhaseNetLight, "phasenetlight_ethz.pt.v2")):
    model = kind(phases="PSN", norm="peak")
    model.load_state_dict(torch.load(os.path.join(DATA, "weights", file)))
    weights(name, model, (2, 3, 3001))
