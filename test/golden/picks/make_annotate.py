# Writes annotate.json, stead.json and formula.json: what SeisBench's annotate and classify say with volpick's weights on streams that test/apply/pick.test.ts makes too.
# Command: GEODL_DATA=... .venv-peers/bin/python test/golden/picks/make_annotate.py
import base64
import json
import os
import pathlib

import h5py
import numpy as np
import obspy
import torch
from scipy.signal import find_peaks
from seisbench.models import EQTransformer, PhaseNet

torch.set_num_threads(1)
DATA = pathlib.Path(os.environ["GEODL_DATA"])
HERE = pathlib.Path(__file__).parent
STEP = 293

model = PhaseNet(phases="PSN", norm="peak", component_order="ZNE")
model.load_state_dict(torch.load(DATA / "weights" / "phasenet_volpick.pt.v1"))
model.eval()


def hour():
    """An hour of noise, [360000, 3] E, N, Z at 100 Hz, with twelve records of stead/ncedc-110.hdf5."""
    x = 5 * np.random.default_rng(3).standard_normal((360000, 3))
    with h5py.File(DATA / "stead" / "ncedc-110.hdf5") as file:
        names = list(file["data"])
        for i in range(12):
            record = np.asarray(file["data"][names[9 * i]], dtype=np.float64)
            x[29000 * i + 4000:29000 * i + 10000] += record * (1000 / np.abs(record).max())
    return x.astype(np.float32)


def trace(component, first, end, rate=100.0, late=0.0):
    """Samples first .. end of a component as a trace that begins first / rate + late seconds after 2020."""
    header = dict(network="XX", station="SYN", location="", channel="HH" + component, sampling_rate=rate,
                  starttime=obspy.UTCDateTime(2020, 1, 1) + first / rate + late)
    return obspy.Trace(X[first:end, "ENZ".index(component)].copy(), header)


X = hour()
ALL = 360000
STREAMS = {
    "hour": ([trace(c, 0, ALL) for c in "ZNE"], {}),
    "gaps": (
        [trace("Z", 0, 100000), trace("Z", 101000, 150000), trace("N", 0, 150000), trace("E", 0, 80000), trace("E", 79000, 150000)]
        + [trace(c, 152000, 154000) for c in "ZNE"] + [trace(c, 154500, 250000, late=0.004) for c in "ZNE"]
        + [trace("N", 260000, 300000)], {}),
    "50 Hz": ([trace(c, 0, 90000, 50.0) for c in "ZNE"], {}),
    "200 Hz": ([trace(c, 0, 180000, 200.0) for c in "ZNE"], {}),
    "max, blind": ([trace(c, 0, 60000) for c in "ZNE"], dict(stacking="max", blinding=(250, 250), overlap=2000)),
}
cases = []
for name, (traces, options) in STREAMS.items():
    stream = obspy.Stream(traces)
    curves = model.annotate(stream, **options)
    picks = model.classify(stream, P_threshold=0.3, S_threshold=0.3, **options).picks
    zero = obspy.UTCDateTime(2020, 1, 1)
    cases.append(dict(
        name=name, options=options,
        curves=[dict(phase=c.stats.channel[-1], start=c.stats.starttime - zero, n=len(c.data),
                     data=base64.b64encode(c.data[::STEP].astype("<f4").tobytes()).decode()) for c in curves if c.stats.channel[-1] != "N"],
        picks=[[p.phase, round(p.peak_time - zero, 6), round(float(p.peak_value), 6)] for p in picks]))
    print(name, len(curves), len(picks))
(HERE / "annotate.json").write_text(json.dumps(dict(madeBy="test/golden/picks/make_annotate.py", step=STEP, cases=cases), separators=(",", ":")) + "\n")

# the records of stead/ncedc-110.hdf5: annotate, then local maxima >= .3 at least 50 samples apart
picks = []
with h5py.File(DATA / "stead" / "ncedc-110.hdf5") as file:
    for name, record in file["data"].items():
        X = np.asarray(record)
        for curve in model.annotate(obspy.Stream([trace(c, 0, len(X)) for c in "ZNE"])):
            if curve.stats.channel[-1] != "N":
                for at in find_peaks(curve.data, height=0.3, distance=50)[0]:
                    picks.append([name, curve.stats.channel[-1], int(at), round(float(curve.data[at]), 5)])
(HERE / "stead.json").write_text(json.dumps(dict(madeBy="test/golden/picks/make_annotate.py", picks=picks), separators=(",", ":")) + "\n")
print(len(picks), "picks")

# weights by the formula of test/golden/nn/make.py, on noise alone: needs no data
scope = {"__name__": "make"}
exec(compile((HERE.parent / "nn" / "make.py").read_text().split("import seisbench.models")[0], "make.py", "exec"), scope)
noise = (5 * np.random.default_rng(3).standard_normal((20000, 3)) + 40).astype(np.float32)
cases = []
for name, peer in (("phasenet", PhaseNet(component_order="ENZ")), ("eqTransformer", EQTransformer(component_order="ENZ"))):
    scope["fill"](peer)
    for key, t in peer.state_dict().items():
        if key.startswith(("conv_d", "pick_convs")):
            t.mul_(20)  # else the transformer's curves are flat
    X = noise
    peer.eval()
    curves = [c for c in peer.annotate(obspy.Stream([trace(c, 0, 20000) for c in "ZNE"])) if c.stats.channel[-2:] != "_N"]
    cases.append(dict(name=name, curves=[dict(
        phase=c.stats.channel.split("_")[1][0], start=c.stats.starttime - obspy.UTCDateTime(2020, 1, 1), n=len(c.data),
        data=base64.b64encode(c.data[::STEP].astype("<f4").tobytes()).decode()) for c in curves]))
    print(name, [float(np.nanstd(c.data)) for c in curves])
(HERE / "formula.json").write_text(json.dumps(dict(madeBy="test/golden/picks/make_annotate.py", step=STEP, cases=cases), separators=(",", ":")) + "\n")
