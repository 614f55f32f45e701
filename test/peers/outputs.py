#!/usr/bin/env python3
"""Some numbers of what a case of bench.py computes, and the SHA-256 of what it works on, to hold beside the other side's.

    outputs.py bandpass --threads 1

prints one JSON line ``{inputs, output}``; which numbers, the case's own file in bench/ says.
"""
import hashlib
import json
import sys

import bench
import common

RUNS = {}


def outputs(name):
    """Register a function that gives (inputs: path or array, numbers)."""
    def register(function):
        RUNS[name] = function
        return function
    return register


def of_first_hour(operate, sparse=lambda x: x[::360]):
    """``operate`` on the first of the three traces."""
    traces = bench.three_long_traces()
    return traces.astype("float32"), sparse(operate(traces[0]))


@outputs("stalta/recursive")
def stalta_recursive():
    from obspy.signal.trigger import recursive_sta_lta
    return of_first_hour(lambda x: recursive_sta_lta(x, 100, 1000))


@outputs("stalta/classic")
def stalta_classic():
    from obspy.signal.trigger import classic_sta_lta
    return of_first_hour(lambda x: classic_sta_lta(x, 100, 1000))


@outputs("bandpass")
def bandpass():
    from obspy.signal.filter import bandpass as obspy_bandpass
    return of_first_hour(lambda x: obspy_bandpass(x, 1.0, 20.0, 100.0, corners=4, zerophase=True)[36000:-36000])


@outputs("stft/scipy-stft")
def stft():
    from scipy.signal import stft as scipy_stft
    return of_first_hour(lambda x: abs(scipy_stft(x, fs=100.0, nperseg=256, noverlap=192)[2]).ravel(), lambda z: z[::997])


def hdf5(kind):
    """First, middle and last sample of the first 20 of the traces."""
    import h5py
    import numpy
    path = bench.SETTINGS.cache + f"/stead-{kind}.hdf5"
    with h5py.File(path) as file:
        names = sorted(file["data"])
        chosen = [names[i] for i in numpy.random.default_rng(3).permutation(len(names))[:20]]
        return path, numpy.concatenate([file["data"][name][()].ravel()[[0, 9000, 17999]] for name in chosen])


def segy(kind):
    """Every 3001st sample, the last two of both header words."""
    import numpy
    import segyio
    path = bench.SETTINGS.cache + f"/line-{kind}.sgy"
    with segyio.open(path, ignore_geometry=True) as file:
        words = [file.attributes(field)[:][-2:] for field in (segyio.TraceField.CDP, segyio.TraceField.offset)]
        return path, numpy.concatenate([file.trace.raw[:].ravel()[::3001], *words])


@outputs("table/pandas")
def table():
    import pandas
    path = bench.SETTINGS.cache + "/metadata.csv"
    rows = pandas.read_csv(path)
    local = rows[(rows["trace_category"] == "earthquake_local") & (rows["source_distance_km"] < 100) & (rows["source_magnitude"] >= 2)]
    return path, local.groupby(["network_code", "receiver_type"]).agg(
        traces=("trace_name", "count"), magnitude=("source_magnitude", "mean"), nearest=("source_distance_km", "min")).to_numpy().ravel()


def weights(kind, file, spread):
    """The answer to sin(.1 i)."""
    torch = bench.load_torch()
    load, shape = bench.CHECKPOINTS[kind]
    x = torch.sin(0.1 * torch.arange(torch.Size(shape).numel(), dtype=torch.float64)).float().reshape(shape)
    with torch.inference_mode():
        answer = load(torch)(x)
    return bench.data_path("weights", file), answer.movedim(1, -1).reshape(-1)[::spread].numpy()


@outputs("dct-denoise")
def dct_denoise():
    import numpy
    section = bench.real_section(5)
    clean = numpy.tile(section / (numpy.abs(section).max() * 50 / 255), (4, 10))[:1000, :1000]
    noisy = (clean + numpy.random.default_rng(0).standard_normal(clean.shape)).astype("float32")
    return noisy, bench.dct_denoise(noisy, 2.7, bench.dct_band_separable).ravel()[::1000]


for stored in ("contiguous", "gzip"):
    outputs(f"hdf5-read/{stored}")(lambda kind=stored: hdf5(kind))
for floats in ("ibm", "ieee"):
    outputs(f"segy-read/segyio-{floats}")(lambda kind=floats: segy(kind))
outputs("weights-import/phasenet")(lambda: weights("phasenet", "phasenet_volpick.pt.v1", 91))
outputs("weights-import/dncnn")(lambda: weights("dncnn", "kair_dncnn_25.pth", 301))


def main():
    parser = common.Parser(description=__doc__)
    parser.add_argument("case", choices=sorted(RUNS))
    parser.add_argument("--threads", type=common.at_least(1), default=2)
    arguments = parser.parse_args()
    bench.SETTINGS.threads, bench.SETTINGS.data = arguments.threads, common.DATA
    common.set_thread_environment(arguments.threads)
    inputs, numbers = RUNS[arguments.case]()
    if isinstance(inputs, str):
        with open(inputs, "rb") as file:
            digest = hashlib.sha256(file.read())
    else:
        digest = hashlib.sha256(inputs.tobytes())
    print(json.dumps({"inputs": digest.hexdigest(), "output": [float(x) for x in numbers]}))


if __name__ == "__main__":
    sys.exit(main())
