# Writes test/golden/hdf5/kinds.h5, data sets and attributes of every kind that h5py writes, read by test/data/hdf5.test.ts, and links.h5, which
# points at other files in every way that HDF5 knows, refused by test/safety.test.ts.
# Command, in a throw-away environment: pip install h5py==3.16.0 numpy==2.4.6 && python test/golden/hdf5/make.py
import pathlib

import h5py
import numpy as np



def long(values):
    """float128, the six bytes that a number does not use cleared: they hold what lay in memory."""
    a = np.array(values, np.longdouble)
    a.reshape(-1).view(np.uint8).reshape(-1, 16)[:, 10:] = 0
    return a


path = pathlib.Path(__file__).parent / "kinds.h5"
with h5py.File(path, "w", libver=("earliest", "v110")) as f:
    def add(name, data, **options):
        return f.create_dataset(name, data=data, track_times=False, **options)

    add("float16", np.array([1, 2.5, -3, np.nan, np.inf, 6e-8], np.float16))
    add("float16 packed", np.arange(24, dtype=np.float16).reshape(4, 6), chunks=(1, 6), compression="gzip")
    add("float32 big", np.array([1.5, -2], ">f4"))
    add("float64", np.array([[1, 2], [3, 4.5]]))
    add("float128", long([1, 2]))
    add("int8", np.array([-1, 127], np.int8))
    add("int16 big", np.array([1, -2], ">i2"))
    add("int32", np.array([-(2**31)], np.int32))
    add("int64", np.array([2**62 + 1], np.int64))
    add("uint64", np.array([2**63], np.uint64))
    add("one", 3.5)
    add("one uint64", np.uint64(2**63))
    add("truth", np.array([True, False, True]))
    add("words", np.array(["é", "b", "", "d"], dtype=h5py.string_dtype()))
    add("fixed words", np.array([b"ab", b"c"], "S4"))
    add("compound", np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]))
    add("none", np.zeros((0, 3), np.float32))
    add("empty", h5py.Empty("f4"))
    rows = np.arange(40 * 50 * 3, dtype=np.int32).reshape(40, 50, 3)
    add("chunks", rows, chunks=(7, 50, 2), compression="gzip", shuffle=True)
    a = f["float16"].attrs
    a["truth"], a["truths"] = True, np.array([True, False])
    a["float16"], a["float16s"] = np.float16(2.5), np.array([1, -0.5], np.float16)
    a["float32"], a["float128"] = np.float32(1.5), long(1.5)
    a["int8"], a["uint64"], a["big"] = np.int8(-3), np.uint64(2**63), np.array([1, 2], ">i4")
    a["list"], a["matrix"] = [1, 2, 3], np.eye(2)
    a["words"], a["fixed"] = ["a", "é"], np.bytes_(b"abc")
    a["colour"] = np.array(2, dtype=h5py.enum_dtype({"RED": 1, "GREEN": 2}, basetype="i1"))
    a["ragged"] = np.array([np.array([1, 2]), np.array([3])], dtype=h5py.vlen_dtype(np.int32))
    a["empty"], a["reference"] = h5py.Empty("f4"), f["truth"].ref

with h5py.File(path.parent / "links.h5", "w") as f:
    f.create_dataset("own", data=np.arange(3.0), track_times=False)
    f["beside"] = h5py.ExternalLink("kinds.h5", "/float64")
    f["above"] = h5py.ExternalLink("../../golden/hdf5/kinds.h5", "/float64")
    # bytes of any file, from the folder in which the reader's program runs
    f.create_dataset("raw", shape=(16,), dtype="u1", external=[("package.json", 0, 16)], track_times=False)
    space = h5py.h5s.create_simple((2, 2))
    kind = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    kind.set_obj_track_times(False)
    kind.set_virtual(space, b"kinds.h5", b"float64", space)
    h5py.h5d.create(f.id, b"virtual", h5py.h5t.IEEE_F64LE, space, kind)
