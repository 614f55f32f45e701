"""SAC: files written by ObsPy, both byte orders, with what ObsPy reads back."""
import base64
import io

import numpy as np
from obspy.io.sac import SACTrace

from common import dump, raw


def make():
    rng = np.random.default_rng(61)
    cases = []
    for order in ("little", "big"):
        for n in (1, 37):
            data = rng.standard_normal(n).astype("f4") * 1e5
            sac = SACTrace(data=data, delta=0.01, b=-1.5, kstnm="ABC", knetwk="XX", khole="00", kcmpnm="HHZ", kevnm="a long event name", stla=45.25, stlo=-110.5, stel=1234.0,
                           nzyear=2016, nzjday=60, nzhour=23, nzmin=59, nzsec=58, nzmsec=123, a=3.25, ka="P", t0=5.5, kt0="S", user3=1e-20, evdp=12.5, nevid=77, iztype="ib", lpspol=True)
            f = io.BytesIO()
            sac.write(f, byteorder=order)
            b = f.getvalue()
            back = SACTrace.read(io.BytesIO(b), byteorder=order)
            head = {}
            for name in "delta depmin depmax depmen b a t0 user3 stla stlo stel evdp nzyear nzjday nzhour nzmin nzsec nzmsec nvhdr npts nevid iftype leven lpspol kstnm knetwk khole kcmpnm kevnm ka kt0".split():
                v = getattr(back, name)
                head[name] = v.strip() if isinstance(v, str) else int(v) if isinstance(v, (bool, np.bool_, np.integer)) else float(v)
            head["iftype"] = 1
            cases.append({"name": f"{order}, {n} samples", "file": base64.b64encode(b).decode(), "header": head, "data": raw(back.data), "start": back.reftime.ns / 1e9 + float(back.b)})
    dump("sac.json", cases)
