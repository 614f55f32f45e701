"""What the makers share: JSON that holds every number exactly."""
import base64
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(HERE, name)


def raw(a):
    """Values of an array in C order: little-endian bytes in base64, with type and shape."""
    a = np.asarray(a)
    a = np.ascontiguousarray(a, dtype=a.dtype.newbyteorder("<")).reshape(a.shape)
    return {"dtype": a.dtype.name, "shape": list(a.shape), "base64": base64.b64encode(a.tobytes()).decode()}


def dump(name, data):
    with open(path(name), "w") as f:
        json.dump(data, f, indent=0, sort_keys=True)
        f.write("\n")
