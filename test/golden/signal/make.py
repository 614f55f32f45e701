# Writes the golden files of test/signal that need sections and spectra: what NumPy and SciPy answer.
# Command, in the environment that test/golden/make.py names:
#   python test/golden/signal/make.py
# Signals are exact in float32 or given in full; answers keep 13 digits, a thousandth of the strictest tolerance, 1e-10.
import json
import pathlib

import numpy as np
import scipy
from scipy import ndimage, signal

HERE = pathlib.Path(__file__).parent
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__}
rng = np.random.default_rng(20250912)


def plain(x):
    """Nested lists of numbers."""
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, np.ndarray) and np.iscomplexobj(x):
        return {"re": plain(x.real), "im": plain(x.imag)}
    if isinstance(x, (list, tuple, np.ndarray)):
        return [plain(v) for v in x]
    if isinstance(x, (float, np.floating)):
        return float(f"{x:.13g}")
    return x.item() if isinstance(x, np.generic) else x


def write(name, cases):
    body = {"madeBy": "test/golden/signal/make.py", "versions": VERSIONS, "cases": plain(cases)}
    (HERE / f"{name}.json").write_text(json.dumps(body, separators=(",", ":")) + "\n")


def draw(*shape):
    """Normals with three decimals, so that the files stay small."""
    return np.round(rng.standard_normal(shape), 3)


def fft():
    cases = []
    for n in (1, 2, 3, 5, 8, 12, 17, 30, 64, 97):
        x, y = draw(n), draw(n)
        cases.append({"x": x, "y": y, "rfft": np.fft.rfft(x), "fft": np.fft.fft(x + 1j * y), "padded": np.fft.rfft(x, n + 3)})
    write("fft", cases)
    sections = []
    for shape in ((1, 1), (4, 3), (7, 5), (6, 8)):
        x = draw(*shape)
        sections.append({"x": x, "half": np.fft.fft2(x)[: shape[0] // 2 + 1]})
    write("fft2", sections)


def stft():
    cases = []
    for n, length, overlap, nfft in ((100, 16, 8, 16), (101, 15, 7, 15), (64, 16, 12, 20), (40, 40, 20, 40), (33, 8, 0, 8)):
        x = draw(n)
        _, _, z = signal.stft(x, 100.0, nperseg=length, noverlap=overlap, nfft=nfft)
        f, t, _ = signal.stft(x, 100.0, nperseg=length, noverlap=overlap, nfft=nfft)
        case = {"x": x, "length": length, "overlap": overlap, "nfft": nfft, "z": z, "f": f, "t": t}
        if overlap > 0:
            changed = np.where(np.abs(z) > np.median(np.abs(z)), z, 0)
            case["limit"] = float(np.median(np.abs(z)))
            case["masked"] = signal.istft(changed, 100.0, nperseg=length, noverlap=overlap, nfft=nfft)[1][:n]
        cases.append(case)
    write("stft", cases)


def resample():
    cases = []
    for n in (40, 41):
        x = draw(n)
        by_length = {m: signal.resample(x, m) for m in (1, 20, 21, 39, 40, 41, 64, 80, 83)}
        by_rate = {f"{p}/{q}": signal.resample_poly(x, p, q) for p, q in ((1, 2), (2, 1), (2, 5), (7, 3), (4, 6), (3, 3))}
        cases.append({"x": x, "fft": by_length, "poly": by_rate})
    write("resample", cases)


def peaks():
    # a stream of its own, so that the other files stay as they are
    own = np.random.default_rng(11)
    cases = []
    for n in (3, 60, 400):
        smooth = np.convolve(own.standard_normal(n), np.ones(4) / 4, "same")
        for x in (np.round(smooth, 3), np.round(2 * smooth) / 2):  # the second one with flat tops and equal heights
            if n == 400:
                x[100:103] = np.nan
            for height, distance in ((-9, 1), (0.2, 1), (0.2, 20)):
                if distance > 1 and len(set(x[signal.find_peaks(x, height=height)[0]])) < len(signal.find_peaks(x, height=height)[0]):
                    continue  # which of two equally high peaks stays, SciPy does not promise
                found = signal.find_peaks(x, height=height, distance=distance)[0]
                cases.append({"x": ["nan" if np.isnan(v) else v for v in x], "height": height, "distance": distance, "peaks": found})
    write("peaks", cases)


def others():
    x = draw(11, 9)
    sizes = ((3, 3), (1, 7), (5, 1), (1, 1), (7, 21))
    write("median", [{"x": x, "size": s, "y": ndimage.median_filter(x, s, mode="reflect")} for s in sizes])
    cases = []
    for n in (1, 2, 40, 41):
        x = draw(n)
        z = signal.hilbert(x)
        cases.append({"x": x, "analytic": z, "phase": np.unwrap(np.angle(z))})
    write("hilbert", cases)
    write("windows", [{"n": n, "periodic": signal.windows.hann(n, False), "hann": signal.windows.hann(n)} for n in (1, 2, 5, 8)])


def similarity():
    """Local similarity by dense matrices: c1 = H (l^2 I + H (A^2 - l^2 I) H)^-1 H A b."""

    def triangle(n, r):
        matrix = np.zeros((n, n))
        for i in range(n):
            for k in range(1 - r, r):
                j = (i + k) % (2 * n)
                matrix[i, j if j < n else 2 * n - 1 - j] += (r - abs(k)) / r**2
        return matrix

    def divide(above, below, smooth):
        level = np.mean(below**2)
        inner = level * np.eye(below.size) + smooth @ np.diag(below**2 - level) @ smooth
        return smooth @ np.linalg.solve(inner, smooth @ (below * above))

    cases = []
    for shape, radius in (((6, 5), (2, 2)), ((4, 7), (3, 1)), ((3, 4), (5, 4))):
        a, b = draw(*shape), draw(*shape)
        smooth = np.kron(triangle(shape[0], radius[0]), triangle(shape[1], radius[1]))
        c1, c2 = divide(b.ravel(), a.ravel(), smooth), divide(a.ravel(), b.ravel(), smooth)
        gamma = np.sign(c1) * np.minimum(1, np.sqrt(np.abs(c1 * c2)))
        cases.append({"a": a, "b": b, "radius": radius, "similarity": gamma})
    write("similarity", cases)


fft()
stft()
resample()
others()
peaks()
similarity()
