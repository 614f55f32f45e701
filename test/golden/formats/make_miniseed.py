"""miniSEED: files written by ObsPy (libmseed), with what ObsPy reads back."""
import base64
import io

import numpy as np
from obspy import Stream, Trace, UTCDateTime, read

from common import dump, raw

START = UTCDateTime(2016, 2, 29, 23, 59, 58, 123456)


def describe(name, b, **more):
    stream = read(io.BytesIO(b), format="MSEED")
    segments = []
    for t in stream:
        data = np.frombuffer(t.data.tobytes(), "u1") if t.data.dtype.kind == "S" else t.data
        segments.append({"id": t.id, "start": t.stats.starttime.ns / 1e9, "sampleRate": t.stats.sampling_rate, "quality": t.stats.mseed.dataquality, "data": raw(data)})
    return {"name": name, "file": base64.b64encode(b).decode(), "segments": segments, **more}


def trace(data, start=START, rate=100.0, channel="HHZ"):
    return Trace(data, dict(network="XX", station="ABC", location="00", channel=channel, sampling_rate=rate, starttime=start))


def make():
    rng = np.random.default_rng(62)
    walk = np.cumsum(rng.integers(-300, 300, 700)).astype("i4")
    walk[100:110] += 100000
    walk[300:303] *= 50
    walk[400:460] = np.cumsum(rng.integers(-7, 8, 60))
    walk[460:600] = np.cumsum(rng.integers(-30, 31, 140))
    steim = walk.copy()
    steim[50], steim[51] = 2**28, -(2**28)
    cases = []
    for order, byteorder in (("big", ">"), ("little", "<")):
        for encoding, data in (
            ("INT16", rng.integers(-32768, 32768, 300).astype("i2")),
            ("INT32", rng.integers(-(2**31), 2**31, 200).astype("i4")),
            ("FLOAT32", rng.standard_normal(200).astype("f4")),
            ("FLOAT64", rng.standard_normal(120)),
            ("STEIM1", walk),
            ("STEIM2", steim),
            ("ASCII", np.frombuffer(b"A line of a log file, and another one." * 20, "S1")),
        ):
            f = io.BytesIO()
            trace(data).write(f, "MSEED", encoding=encoding, reclen=512, byteorder=byteorder)
            cases.append(describe(f"{encoding}, {order}-endian", f.getvalue(), encoding=encoding.lower(), recordLength=512, isLittle=order == "little"))
    f = io.BytesIO()
    Stream([trace(walk, UTCDateTime(2020, 1, 1)), trace(walk[:50] // 2, UTCDateTime(2020, 1, 1), 20.0, "LHZ")]).write(f, "MSEED", encoding="STEIM2", reclen=256)
    cases.append(describe("two streams, whole seconds", f.getvalue(), encoding="steim2", recordLength=256, isLittle=False))
    for rate in (0.1, 12.5, 62.5, 100 / 3, 250.0, 0.01):
        f = io.BytesIO()
        trace(walk[:100], UTCDateTime(2020, 1, 1), rate).write(f, "MSEED", encoding="STEIM1", reclen=4096)
        cases.append(describe(f"{rate:.4g} samples a second", f.getvalue(), encoding="steim1", recordLength=4096, isLittle=False))
    f = io.BytesIO()
    Stream([trace(walk[:200]), trace(walk[200:400], START + 2.5), trace(walk[400:500], START + 4.5), trace(walk[500:], START + 4.0), trace(walk[:10], START + 9.004)]).write(f, "MSEED", encoding="STEIM2", reclen=256)
    cases.append(describe("gaps and an overlap", f.getvalue(), encoding="steim2", recordLength=256, isLittle=False))
    dump("miniseed.json", cases)
