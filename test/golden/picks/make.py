# Writes scores.json: windows, picks and the figures that the picking protocol's scorer gives them, and scikit-learn's curve.
# Command: python test/golden/picks/make.py PATH/TO/scoring   (the folder that holds picks.py; numpy and scikit-learn)
import json
import pathlib
import sys

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_curve

sys.path.insert(0, sys.argv[1])
import picks as scorer  # noqa: E402

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(6)
windows, found = [], []
for record in range(16):
    for number in range(3):
        name, kind = f"r{record}.w{number}", "event" if number < 2 else "noise"
        p = float(np.round(rng.uniform(-400, 3400), 1))
        if record % 4 == 0:
            p = (30.0, 2960.5, 0.0)[number]  # nearer than .5 s to the window's edge: not asked for
        s = p + float(np.round(rng.uniform(60, 900), 1))
        if record % 4 == 1:
            s = (2999.0, 45.5, 10.0)[number]
        arrivals = {k: v for k, v in (("p", p), ("s", s)) if kind == "event" and 0 <= v < 3001}
        scored = [0, 3001] if kind == "event" else [0, 2900]
        ignore = [[1200, 1260], [2000, 2010]] if record == 3 else []
        windows.append(dict(window=name, file=f"r{record}", kind=kind, scored=scored, ignore=ignore, **arrivals))
        for phase, truth in (("P", p), ("S", s)):
            # near the truth, far from it, just at a tolerance, of equal score, in the ignored range, outside the window
            for offset in rng.choice([0, 3, -10, 10, 10.5, 49.9, -50, 50.5, 74, 76, 800], size=3, replace=False):
                score = float(np.round(rng.uniform(0.05, 1), 2))
                found.append(dict(file=name, phase=phase, sample=float(np.round(truth + offset, 1)), prob=score))
            if record == 3:
                found.append(dict(file=name, phase=phase + "g", sample=1200.0, prob=0.99))
                found.append(dict(file=name, phase=phase + "n", sample=1260.0, prob=0.8))
    found.append(dict(file=f"r{record}.w0", phase="P", sample=3001.0, prob=0.9))
(HERE / "w.tsv").write_text("window\tfile\tkind\tp\ts\tscored\tignore\n" + "".join(
    "\t".join([w["window"], w["file"], w["kind"], str(w.get("p", "")), str(w.get("s", "")), "%d:%d" % tuple(w["scored"]),
               ";".join("%d:%d" % tuple(r) for r in w["ignore"])]) + "\n" for w in windows))
(HERE / "p.csv").write_text("file,phase,sample,prob\n" + "".join("%(file)s,%(phase)s,%(sample)s,%(prob)s\n" % f for f in found))
table = scorer.read_windows(str(HERE / "w.tsv"))
picks = scorer.read_picks(str(HERE / "p.csv"), table)
(HERE / "w.tsv").unlink()
(HERE / "p.csv").unlink()
rows = {str(t): scorer.report(table, picks, dict(P=t, S=t), "given") for t in (0.3, 0.55)}
plateau = {phase: scorer.plateau_threshold(table, picks, phase) for phase in "PS"}
scores = np.round(rng.uniform(size=60), 1)
truth = (rng.uniform(size=60) < scores).astype(int)
precision, recall, threshold = precision_recall_curve(truth, scores)
curve = dict(scores=scores.tolist(), truth=truth.tolist(), precision=precision[:-1][::-1].tolist(), recall=recall[:-1][::-1].tolist(),
             threshold=threshold[::-1].tolist(), average=average_precision_score(truth, scores))
body = dict(madeBy="test/golden/picks/make.py", windows=windows, picks=found, rows=rows, plateau=plateau, curve=curve)
(HERE / "scores.json").write_text(json.dumps(body, separators=(",", ":")) + "\n")
