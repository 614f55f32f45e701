# Writes the golden files of test/wave: what deepwave records and how its misfit's gradient lies, and random media by NumPy.
# Command, in the environment of test/peers/setup.sh:
#   python test/golden/wave/make.py
# The model is made of whole numbers so that the tests make the same: v = 1500 + 20 z + 5 ((7 z x) mod 41) m/s, 45 x 61 cells of 10 m.
import json
import pathlib

import deepwave
import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
VERSIONS = {"deepwave": deepwave.__version__, "numpy": np.__version__, "torch": torch.__version__}
NZ, NX, NT, H, DT, F0 = 45, 61, 240, 10.0, 0.001, 18.0
EVERY = 4  # samples kept


def write(name, body):
    text = json.dumps({"madeBy": "test/golden/wave/make.py", "versions": VERSIONS, **body}, separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text + "\n")


def short(x, digits=6):
    return [float(f"{v:.{digits}g}") for v in np.asarray(x, "f8").ravel()]


def model():
    z, x = np.meshgrid(np.arange(NZ), np.arange(NX), indexing="ij")
    return torch.tensor((1500 + 20 * z + 5 * ((7 * z * x) % 41)).astype("f4"))


def simulate(v, sources, receivers, order, **options):
    wavelet = deepwave.wavelets.ricker(F0, NT, DT, 1.5 / F0)
    shots = len(sources)
    return deepwave.scalar(v, H, DT, source_amplitudes=wavelet.repeat(shots, 1, 1), source_locations=torch.tensor(sources)[:, None],
                           receiver_locations=torch.tensor(receivers)[None].repeat(shots, 1, 1), accuracy=order, pml_freq=F0, **options)[-1]


def records():
    cells = [[2, x] for x in (3, 17, 31, 45, 58)]
    between = [[5.4, x + 0.3] for x in (5, 17, 31, 45, 54)]
    cases = []
    for order in (2, 4, 8):
        for name, sources, receivers, options in (
            ("layers", [[1, 12], [20, 40]], cells, {"pml_width": [20, 15, 10, 20]}),
            ("between cells", [[5.3, 12.6], [20.2, 40.5]], between, {"pml_width": 20}),
            ("free top and left", [[1, 12], [20, 40]], cells, {"pml_width": [0, 20, 0, 20], "boundary": ["free", "pml", "free", "pml"]}),
        ):
            out = simulate(model(), sources, receivers, order, **options).numpy()
            cases.append({"name": name, "order": order, "sources": sources, "receivers": receivers, "records": short(out[..., ::EVERY])})
    write("records", {"every": EVERY, "cases": cases})


def gradients():
    """Of half the sum of squares of the records; order 8 reads 61 receivers."""
    cases = []
    for order in (4, 8):
        v = model().requires_grad_()
        receivers = [[2, x] for x in range(NX)]
        out = simulate(v, [[1, 12], [20, 40]], receivers, order, pml_width=20, max_vel=3000.0)
        (0.5 * out.square().sum()).backward()
        cases.append({"order": order, "fastest": 3000, "sources": [[1, 12], [20, 40]], "gradient": short(v.grad, 5)})
    write("gradients", {"cases": cases})


def media():
    """The field of test/peers/make_waves.py, its first and last row."""
    size, spacing, a, sigma = 128, 0.16, 1.6, 0.15
    k = 2 * np.pi * np.fft.fftfreq(size, spacing)
    k2 = k[:, None] ** 2 + k[None] ** 2
    noise = np.random.default_rng(0).standard_normal((size, size))
    cases = []
    for kind, amplitude in (("vonKarman", (1 + k2 * a * a) ** -0.75), ("gaussian", np.exp(-k2 * a * a / 8))):
        amplitude = amplitude.copy()
        amplitude[0, 0] = 0
        amplitude *= sigma * size / np.sqrt((amplitude**2).sum())
        field = (3 + np.fft.ifft2(np.fft.fft2(noise) * amplitude).real[:64, :64]).astype("f4")
        cases.append({"kind": kind, "first": short(field[0], 9), "last": short(field[-1], 9)})
    write("media", {"cases": cases})


records()
gradients()
media()
