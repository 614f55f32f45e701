#!/usr/bin/env python3
"""Writes test/golden/nn/layers.json: outputs and gradients of single PyTorch layers and losses, weights by the formula of make.py.
Run from the project's root: .venv-peers/bin/python test/golden/nn/make_layers.py"""
import json

import torch
from torch import nn

torch.set_num_threads(1)


def formula(count, j):
    import numpy
    i = numpy.arange(count, dtype=numpy.uint64)
    mixed = (i * numpy.uint64(2654435761) + numpy.uint64(j * 40503 + 12345)) % numpy.uint64(2 ** 32)
    mixed = (mixed ^ (mixed >> numpy.uint64(15))) * numpy.uint64(2246822519) % numpy.uint64(2 ** 32)
    return torch.from_numpy((mixed.astype("f8") / 2 ** 32 - 0.5).astype("f4"))


def numbers(t):
    return [float(f"{x:.8g}") for x in t.detach().flatten().tolist()]


class First(nn.Module):
    """The first output of a module that gives several."""

    def __init__(self, module, *more):
        super().__init__()
        self.layer, self.more = module, more

    def forward(self, x):
        return (self.layer(x, x, x) if self.more else self.layer(x))[0]


class Named(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.layer = module

    def forward(self, x):
        return self.layer(x)


def image(module):
    """A module of [n, c, h, w] for tensors [n, h, w, c]."""
    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = module

        def forward(self, x):
            return self.layer(x.movedim(-1, 1)).movedim(1, -1)
    return Last()


cases = {
    "dense": (Named(nn.Linear(5, 3)), (2, 4, 5)),
    "layerNorm": (Named(nn.LayerNorm(6)), (2, 3, 6)),
    "instanceNorm": (image(nn.InstanceNorm2d(3, affine=True)), (2, 4, 5, 3)),
    "lstm": (First(nn.LSTM(3, 4, batch_first=True)), (2, 5, 3)),
    "bilstm": (First(nn.LSTM(3, 4, batch_first=True, bidirectional=True)), (2, 5, 3)),
    "attention": (First(nn.MultiheadAttention(6, 2, batch_first=True), True), (2, 5, 6)),
    "conv2d": (image(nn.Conv2d(2, 3, (3, 5), stride=(2, 1), padding=(1, 2))), (2, 7, 8, 2)),
    "dilated": (image(nn.Conv2d(2, 3, 3, padding=(2, 3), dilation=(2, 3))), (2, 9, 10, 2)),
    "transposed": (image(nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1)), (2, 4, 5, 3)),
    "maxPool": (image(nn.MaxPool2d(2)), (2, 5, 6, 3)),
    "avgPool": (image(nn.AvgPool2d(2)), (2, 6, 4, 3)),
    "nearest": (image(nn.Upsample(scale_factor=2)), (2, 3, 4, 2)),
    "bilinear": (image(nn.Upsample(scale_factor=2, mode="bilinear")), (2, 3, 4, 2)),
    "gelu": (Named(nn.GELU()), (4, 7)),
}
out = {"layers": {}, "losses": {}}
for name, (module, shape) in cases.items():
    named = dict(module.named_parameters())
    for j, key in enumerate(sorted(named)):
        named[key].data.copy_(formula(named[key].numel(), j).reshape(named[key].shape))
    x = (3 * formula(int(torch.tensor(shape).prod()), 999)).reshape(shape).requires_grad_()
    y = module(x)
    g = formula(y.numel(), 998).reshape(y.shape)
    y.backward(g)
    out["layers"][name] = dict(shape=list(shape), parameters={k: list(named[k].shape) for k in named}, output=numbers(y), outputShape=list(y.shape),
                               inputGradient=numbers(x.grad), gradients={k: numbers(p.grad) for k, p in named.items()})
z = (4 * formula(24, 5)).reshape(2, 4, 3)
y = (formula(24, 6) + 0.5).reshape(2, 4, 3)
F = nn.functional
soft = y / y.sum(-1, keepdim=True)
hard = torch.tensor([[0, 2, 1, 1], [2, 0, 0, 1]])


def focal(a, b):
    ce = F.binary_cross_entropy_with_logits(a, b, reduction="none")
    p = torch.sigmoid(a)
    pt = p * b + (1 - p) * (1 - b)
    return ((0.25 * b + 0.75 * (1 - b)) * (1 - pt) ** 2 * ce).mean()


def dice(a, b):
    p = torch.sigmoid(a)
    s = lambda t: t.flatten(1).sum(1)  # noqa: E731
    return (1 - (2 * s(p * b) + 1) / (s(p) + s(b) + 1)).mean()


losses = {
    "mse": (F.mse_loss, y), "l1": (F.l1_loss, y), "bce": (F.binary_cross_entropy_with_logits, y),
    "crossEntropy": (lambda a, b: F.cross_entropy(a.flatten(0, 1), b.flatten(0, 1)), soft),
    "crossEntropyHard": (lambda a, b: F.cross_entropy(a.flatten(0, 1), b.flatten()), hard),
    "relativeL2": (lambda a, b: ((a - b).flatten(1).norm(dim=1) / b.flatten(1).norm(dim=1)).mean(), y),
    "rootMse": (lambda a, b: ((a - b).square().flatten(1).mean(1) + 0.003).sqrt().mean(), y), "dice": (dice, y), "focal": (focal, y),
}
for name, (f, target) in losses.items():
    a = z.clone().requires_grad_()
    value = f(a, target)
    value.backward()
    out["losses"][name] = dict(z=numbers(z), y=numbers(target.float()), shape=list(target.shape), value=value.item(), gradient=numbers(a.grad))
json.dump(out, open("test/golden/nn/layers.json", "w"))
