# Writes the golden files of test/signal: what ObsPy and SciPy answer.
# Command, in a throw-away environment:
#   pip install obspy==1.5.1 numpy==2.4.6 scipy==1.17.1 && python test/golden/make.py
# Each JSON file names the versions that made it. NaN and infinities are written as strings. records.json holds the inputs,
# float32 in their shortest digits; the other files refer to them by name.
import json
import math
import pathlib

import numpy as np
import obspy
import scipy
from obspy.signal import trigger
from scipy import signal

HERE = pathlib.Path(__file__).parent
VERSIONS = {"obspy": obspy.__version__, "numpy": np.__version__, "scipy": scipy.__version__}


def plain(x):
    """Nested lists of numbers; what JSON cannot hold becomes "nan", "inf" or "-inf"."""
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple, np.ndarray)):
        return [plain(v) for v in x]
    if isinstance(x, (float, np.floating)):
        # 13 digits: a thousandth of the strictest tolerance, 1e-10
        return float(f"{x:.13g}") if math.isfinite(x) else str(float(x))
    return x.item() if isinstance(x, np.generic) else x


def write(name, cases):
    body = {"madeBy": "test/golden/make.py", "versions": VERSIONS, "cases": plain(cases)}
    (HERE / f"{name}.json").write_text(json.dumps(body, separators=(",", ":")) + "\n")


def make_records():
    """Record-like and awkward inputs."""
    rng = np.random.default_rng(20240711)
    n = 260
    t = np.arange(n) * 0.01
    quake = rng.normal(size=n) * 3
    for onset, freq, size in ((110, 8.0, 40.0), (170, 4.0, 120.0)):
        after = np.clip(t - t[onset], 0, None)
        quake += size * np.exp(-after / 0.3) * np.sin(2 * np.pi * freq * after) * (t >= t[onset])
    counts = np.round(quake * 2e4)
    spike = rng.normal(size=n)
    spike[60] = 1e6
    padded = quake.copy()
    padded[:90] = 0
    alternating = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    return {
        "quake": quake,
        "counts, large": counts,
        "offset": quake + 5000,
        "one spike": spike,
        "zeros in front": padded,
        "zeros at the end": padded[::-1],
        "zeros": np.zeros(n),
        "constant": np.full(n, 7.25),
        "alternating": alternating,
        "ramp": np.arange(n, dtype=float),
        "one impulse": np.eye(1, n, 130)[0],
        "tiny": quake * 1e-20,
        "no sample": quake[:0],
        "one sample": quake[:1],
        "two samples": quake[:2],
        "three samples": quake[:3],
        "as long as the long window": quake[:80],
        "one longer than the long window": quake[100:181],
    }


RECORDS = {name: np.asarray(x, dtype=np.float32) for name, x in make_records().items()}


def stalta():
    windows = [(name, *w) for name in RECORDS if len(RECORDS[name]) >= 80 for w in ((5, 80), (20, 80))]
    windows += [("quake", 1, 1), ("quake", 1, 2), ("quake", 260, 260)]
    cases = []
    for name, nsta, nlta in windows:
        x = RECORDS[name].astype(np.float64)
        # ObsPy's C code mutes a record of nlta samples or fewer differently from its Python code; the latter is meant.
        recursive = trigger.recursive_sta_lta if len(x) > nlta else trigger.recursive_sta_lta_py
        answers = {"classic": trigger.classic_sta_lta(x, nsta, nlta), "recursive": recursive(x, nsta, nlta)}
        cases.append({"name": name, "nsta": nsta, "nlta": nlta, **answers})
    write("stalta", cases)


def onset():
    rng = np.random.default_rng(7)
    cases = []
    for i in range(40):
        n = int(rng.integers(1, 60))
        c = rng.integers(0, 7, size=n).astype(float)
        if i % 3 == 0:
            c = np.abs(np.convolve(c - 3, np.ones(5), "same"))
        if i % 10 == 9:
            c[rng.integers(0, n)] = np.nan
        for options in ({}, {"max_len": 2}, {"max_len": 3, "max_len_delete": True}):
            pairs = [list(p) for p in trigger.trigger_onset(c, 5, 3, **options)]
            cases.append({"c": c, "upper": 5, "lower": 3, **options, "triggers": pairs})
    write("trigger", cases)


def aic():
    write("aic", [{"name": k, "aic": trigger.aic_simple(v)} for k, v in RECORDS.items()])


def filters():
    designs = ((4, 1.0, 20.0, 0.01), (1, 5.0, 6.0, 0.01), (2, 0.3, 49.0, 0.01), (3, 1.0, 45.0, 0.01), (5, 2.0, 15.0, 0.01))
    cases = []
    for order, low, high, dt in (*designs, (8, 10.0, 60.0, 0.004), (2, 0.05, 0.2, 0.01), (3, 30.0, 48.0, 0.01)):
        sos = signal.butter(order, (low, high), "bandpass", output="sos", fs=1 / dt)
        answers = {
            name: signal.sosfiltfilt(sos, RECORDS[name].astype(np.float64))
            for name in ("quake", "constant", "zeros in front", "as long as the long window")
        }
        x = RECORDS["offset"].astype(np.float64)
        causal = signal.sosfilt(sos, x, zi=signal.sosfilt_zi(sos) * x[0])[0]
        cases.append({"order": order, "band": [low, high], "dt": dt, "sos": sos, "answers": answers, "causal": causal})
    write("bandpass", cases)
    names = ("quake", "ramp", "offset")
    x = {name: RECORDS[name].astype(np.float64) for name in names}
    write("detrend", [{"name": k, "linear": signal.detrend(v), "constant": signal.detrend(v, type="constant")} for k, v in x.items()])


write("records", [{"name": k, "x": [float(str(v)) for v in x]} for k, x in RECORDS.items()])
stalta()
onset()
aic()
filters()
