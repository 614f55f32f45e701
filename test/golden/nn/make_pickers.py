#!/usr/bin/env python3
"""Writes test/golden/nn/ of the detectors and pickers: SeisBench's models (and a plain torch one) whose weights the formula of make.py fills, without dropout.

Run from the project's root: .venv-peers/bin/python test/golden/nn/make_pickers.py
"""
import json
import sys

import numpy
import torch

sys.dont_write_bytecode = True
torch.set_num_threads(1)
from seisbench.models import CRED, GPD, BasicPhaseAE, EQTransformer  # noqa: E402
from seisbench.models.dpp import DPPDetector, DPPPicker  # noqa: E402

source = open("test/golden/nn/make.py").read().split("import seisbench.models")[0]
scope = {"__name__": "make"}
exec(compile(source, "make.py", "exec"), scope)  # formula, fill, picked, run; none of its models
run, mse = scope["run"], scope["mse"]


def calm(model):
    for module in model.modules():
        if isinstance(module, (torch.nn.Dropout, torch.nn.Dropout2d)):
            module.p = 0.0
    return model


class Joined(torch.nn.Module):
    """EQTransformer's three curves as channels."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def state_dict(self, *args, **kwargs):
        return self.model.state_dict(*args, **kwargs)

    def named_parameters(self, *args, **kwargs):
        return self.model.named_parameters(*args, **kwargs)

    def named_buffers(self, *args, **kwargs):
        return self.model.named_buffers(*args, **kwargs)

    def forward(self, x):
        return torch.stack(self.model(x), dim=1)


class Last(torch.nn.Module):
    """A model whose answer [batch, time] or [batch, time, 1] becomes [batch, 1, time]; CRED's input is turned to (time, frequency)."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    state_dict = Joined.state_dict
    named_parameters = Joined.named_parameters
    named_buffers = Joined.named_buffers

    def forward(self, x):
        return self.model(x).reshape(x.shape[0], 1, -1)


class Detector(torch.nn.Module):
    def __init__(self, widths=(8, 16, 32, 32)):
        super().__init__()
        self.conv = torch.nn.ModuleList(torch.nn.Conv1d(a, b, 7, 4, 3, bias=False) for a, b in zip((3,) + widths, widths))
        self.norm = torch.nn.ModuleList(torch.nn.BatchNorm1d(n) for n in widths)
        self.out = torch.nn.Linear(widths[-1], 1)

    def forward(self, x):
        for conv, norm in zip(self.conv, self.norm):
            x = torch.relu(norm(conv(x)))
        return torch.sigmoid(self.out(x.amax(dim=-1)))


run("cnnDetector", Detector(), (3, 3, 1000), mse)
# input 980 leaves no unit within float32's rounding of a ReLU's edge
run("gpd", calm(GPD()), (3, 3, 400), mse, 980)
run("cred", calm(Last(CRED())), (2, 3, 76, 41), mse)
run("basicPhaseAe", calm(BasicPhaseAE()), (2, 3, 600), mse)
run("dppDetector", calm(DPPDetector()), (3, 3, 480), mse)
run("dppPickerP", calm(Last(DPPPicker("P"))), (2, 1, 60), mse)
run("dppPickerS", calm(Last(DPPPicker("S"))), (2, 2, 60), mse)
run("eqTransformer", calm(Joined(EQTransformer())), (2, 3, 6000), mse, 980)
