// The scorer of picks against the protocol's own scorer, precision-recall against scikit-learn, calibration by hand.
import { readFileSync } from "node:fs";
import {
  type PickWindow,
  pickScores,
  plateauThreshold,
  precisionRecall,
  reliability,
  residualStats,
  type WindowPick,
} from "geodl/metrics";
import { describe, expect, it } from "vitest";

interface Row {
  readonly phase: string;
  readonly tol: number;
  readonly n: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly f1_ci: readonly [number, number];
  readonly mean: number;
  readonly std: number;
  readonly mae: number;
  readonly noise_picks: number;
  readonly noise_hours: number;
  readonly fp_per_hour: number;
}
const golden = JSON.parse(readFileSync(new URL("../golden/picks/scores.json", import.meta.url), "utf8")) as {
  readonly windows: readonly PickWindow[];
  readonly picks: readonly WindowPick[];
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  readonly plateau: Readonly<Record<"P" | "S", number>>;
  readonly curve: Readonly<
    Record<"scores" | "truth" | "precision" | "recall" | "threshold", readonly number[]>
  > & {
    readonly average: number;
  };
};

describe("pickScores", () => {
  it.each([0.3, 0.55])("equals the protocol's scorer at threshold %f, intervals included", (threshold) => {
    const rows = pickScores(golden.windows, golden.picks, { threshold });
    const wanted = golden.rows[String(threshold)]!;
    expect(rows.length).toBe(wanted.length);
    rows.forEach((row, i) => {
      const want = wanted[i]!;
      expect([row.phase, row.tolerance, row.n]).toEqual([want.phase, want.tol, want.n]);
      const ours = [row.precision, row.recall, row.f1, ...row.f1Interval!, row.noiseHours, row.falsePerHour];
      const theirs = [
        want.precision,
        want.recall,
        want.f1,
        ...want.f1_ci,
        want.noise_hours,
        want.fp_per_hour,
      ];
      const { mean, std, mae } = row.residuals;
      for (const [a, b] of [...ours, mean, std, mae].map((v, k) => [
        v,
        [...theirs, want.mean, want.std, want.mae][k]!,
      ]))
        expect(a).toBeCloseTo(b!, 12);
      expect(row.noisePicks).toBe(want.noise_picks);
    });
  });

  it("finds the plateau's thresholds", () => {
    for (const phase of ["P", "S"] as const)
      expect(plateauThreshold(golden.windows, golden.picks, phase)).toBe(golden.plateau[phase]);
    expect(plateauThreshold(golden.windows, [], "P")).toBe(0.3);
  });

  it("lists what it counted: hits with their residual, false ones without", () => {
    const [row] = pickScores(golden.windows, golden.picks, { tolerances: [0.5], threshold: 0.05 });
    const hits = row!.outcomes.filter((o) => o.residual !== undefined);
    expect(hits.length / row!.outcomes.length).toBeCloseTo(row!.precision, 12);
    expect(residualStats(hits.map((o) => o.residual!))).toEqual(row!.residuals);
    // the hit is the best-scored one near the arrival, whatever the threshold: so the outcomes give the whole curve
    const { threshold, recall, precision } = precisionRecall(
      row!.outcomes.map((o) => o.prob),
      row!.outcomes.map((o) => o.residual !== undefined),
      { positives: row!.n },
    );
    for (const at of [0.2, 0.5, 0.7]) {
      const [own] = pickScores(golden.windows, golden.picks, { tolerances: [0.5], threshold: at });
      const k = threshold.filter((t) => t >= at).length - 1;
      expect(recall[k]).toBeCloseTo(own!.recall, 12);
      expect(precision[k]).toBeCloseTo(own!.precision, 12);
    }
  });

  it("refuses what it cannot score", () => {
    const pick = { file: "elsewhere", phase: "P", sample: 3, prob: 0.5 };
    expect(() => pickScores(golden.windows, [pick])).toThrow(
      "file must be one of the windows, got elsewhere",
    );
    expect(() => pickScores(golden.windows, [{ ...pick, phase: "x" }])).toThrow('begin with P or S, got "x"');
    expect(() => pickScores([], [])).toThrow("there must be an event window, got none");
    expect(() => pickScores(golden.windows, [{ ...pick, sample: Number.NaN }])).toThrow("must be finite");
  });
});

describe("precisionRecall", () => {
  it("equals scikit-learn's", () => {
    const { scores, truth, average, ...want } = golden.curve;
    const got = precisionRecall(scores, truth);
    // scikit-learn stops at the threshold that reaches recall 1
    const n = want.threshold.length;
    for (const key of ["threshold", "precision", "recall"] as const)
      want[key].forEach((v, i) => {
        expect(got[key][i]).toBeCloseTo(v, 12);
      });
    expect(n).toBeGreaterThan(5);
    expect(got.averagePrecision).toBeCloseTo(average, 12);
    expect(() => precisionRecall([0.1], [1, 0])).toThrow(
      "an answer for each score, got 1 scores and 2 answers",
    );
    expect(() => precisionRecall([0.1], [false])).toThrow("positives must be > 0 and >= 0, got 0");
  });
});

describe("reliability", () => {
  it("is 0 where probabilities mean what they say, and by hand", () => {
    const honest = reliability([0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75], [1, 0, 0, 0, 1, 1, 1, 0], {
      bins: 2,
    });
    expect(honest.ece).toBeCloseTo(0, 12);
    expect([...honest.count]).toEqual([4, 4]);
    const sure = reliability([1, 1, 0.9, 0.1], [true, false, false, false]);
    expect(sure.share[9]).toBeCloseTo(1 / 3, 12);
    expect(sure.probability[9]).toBeCloseTo(2.9 / 3, 12);
    expect(sure.ece).toBeCloseTo((1.9 + 0.1) / 4, 12);
    expect(sure.share[5]).toBeNaN();
    expect(() => reliability([1.2], [1])).toThrow("must be in 0 .. 1, got 1.2 at 0");
  });
});
