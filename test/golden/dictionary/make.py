# Writes the golden files of test/dictionary and test/metrics: what scikit-learn, SciPy and NumPy answer.
# Command, in a throw-away environment:
#   pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 && python test/golden/dictionary/make.py
# Inputs are drawn from numpy.random.default_rng, which the tests draw again, bit for bit; only answers are written.
import json
import pathlib

import numpy as np
import scipy
import scipy.fft
import sklearn
from sklearn.linear_model import orthogonal_mp

HERE = pathlib.Path(__file__).parent
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}


def write(name, body):
    """One JSON file, numbers in 9 digits: the tests compare float32."""
    def plain(x):
        if isinstance(x, np.ndarray):
            return plain(x.tolist())
        if isinstance(x, list):
            return [plain(v) for v in x]
        if isinstance(x, dict):
            return {k: plain(v) for k, v in x.items()}
        return float(f"{x:.9g}") if isinstance(x, float) else x
    text = json.dumps(plain({"madeBy": "test/golden/dictionary/make.py", "versions": VERSIONS, **body}), separators=(",", ":"))
    (HERE / f"{name}.json").write_text(text + "\n")


def problem(seed, patches, atoms, samples):
    """Patches and unit-norm atoms, float32 in float64."""
    random = np.random.default_rng(seed)
    rows = random.standard_normal((patches, samples)).astype("f4").astype("f8")
    dictionary = random.standard_normal((atoms, samples))
    dictionary /= np.linalg.norm(dictionary, axis=1, keepdims=True)
    return rows, dictionary.astype("f4").astype("f8")


def pursue(patches, dictionary, **end):
    """scikit-learn's pursuit, codes [patch, atom]."""
    return np.atleast_2d(orthogonal_mp(dictionary.T, patches.T, **end).T)


def ksvd(patches, dictionary, most, iterations):
    """K-SVD with one power step an atom in place of the singular value decomposition, in float64."""
    dictionary = dictionary.copy()
    for _ in range(iterations):
        codes = pursue(patches, dictionary, n_nonzero_coefs=most)
        for atom in range(len(dictionary)):
            users = np.nonzero(codes[:, atom])[0]
            if len(users) == 0:
                continue
            others = codes[users].copy()
            others[:, atom] = 0
            left = patches[users] - others @ dictionary
            direction = codes[users, atom] @ left
            dictionary[atom] = direction / np.linalg.norm(direction)
            codes[users, atom] = left @ dictionary[atom]
    return dictionary, float(((patches - codes @ dictionary) ** 2).sum() / (patches ** 2).sum())


def ddtf(patches, frame, threshold, iterations):
    """Hard threshold, then the frame from one singular value decomposition."""
    for _ in range(iterations):
        codes = patches @ frame.T
        codes[np.abs(codes) < threshold] = 0
        left, _, right = np.linalg.svd(codes.T @ patches)
        frame = left @ right
    return frame


def main():
    """All files."""
    patches, dictionary = problem(1, 40, 24, 16)
    write("omp", {"cases": [
        {"most": 5, "codes": pursue(patches, dictionary, n_nonzero_coefs=5)},
        {"error": 4.0, "codes": pursue(patches, dictionary, tol=4.0)}]})
    patches, dictionary = problem(2, 300, 20, 16)
    atoms, error = ksvd(patches, dictionary, 3, 4)
    write("ksvd", {"most": 3, "iterations": 4, "dictionary": atoms, "relativeError": error})
    patches, _ = problem(3, 400, 1, 16)
    cosines = scipy.fft.dct(np.eye(4), axis=0, norm="ortho")
    start = np.kron(cosines, cosines)
    write("ddtf", {"threshold": 1.2, "iterations": 5, "start": start, "dictionary": ddtf(patches, start, 1.2, 5)})
    matrix = np.random.default_rng(4).standard_normal((7, 7))
    left, values, right = np.linalg.svd(matrix)
    write("polar", {"factor": left @ right, "trace": float(values.sum())})
    section = np.random.default_rng(5).standard_normal((13, 21)).astype("f4").astype("f8")
    total, count = np.zeros_like(section), np.zeros_like(section)
    for i in range(6):
        for j in range(14):
            codes = scipy.fft.dctn(section[i:i + 8, j:j + 8], norm="ortho")
            total[i:i + 8, j:j + 8] += scipy.fft.idctn(np.where(np.abs(codes) >= 1.5, codes, 0), norm="ortho")
            count[i:i + 8, j:j + 8] += 1
    spectrum = np.fft.fft2(section)
    peak = np.abs(spectrum).max()
    write("section", {"denoised": total / count, "peak": float(peak),
                      "fourier": np.fft.ifft2(np.where(np.abs(spectrum) >= 0.4 * peak, spectrum, 0)).real,
                      "snr": float(10 * np.log10((section ** 2).sum() / ((section - total / count) ** 2).sum()))})


if __name__ == "__main__":
    main()
