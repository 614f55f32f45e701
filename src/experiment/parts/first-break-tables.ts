// Tables of first breaks out of a journal's answers.
import { confidenceFeatures, krigeClicks } from "../../apply/index.js";
import {
  type FirstBreakScores,
  firstBreakScores,
  logistic,
  logisticFit,
  meanInterval,
} from "../../metrics/index.js";
import { type Table, table } from "../../show/index.js";
import { intervalText, present } from "../groups.js";
import type { Entry } from "../types.js";
import { type Answers, errorsOf } from "./first-break-answers.js";
import { classicalRows, krigedRows, lines } from "./first-break-runs.js";
import { variants } from "./first-break-variants.js";

/** A gather's answers by one network. */
interface One {
  readonly gather: number;
  readonly seed: number;
  /** Of a network: what it was trained without. */
  readonly left: string;
  /** Pick - label, samples; NaN for no pick. */
  readonly errors: Float64Array;
  readonly confidence: Float64Array | undefined;
}

/** Answers of one kind, gather by gather. */
function onesOf(entries: readonly Entry[], row: string, kind: string, part = ""): One[] {
  return entries
    .filter(({ task }) => task.row === row && String(task.left ?? "").startsWith(part))
    .flatMap(({ task, result }) => {
      const answers = result[kind] as Answers | undefined;
      return (answers?.gathers ?? []).map((gather, g) => ({
        gather,
        seed: task.seed,
        left: String(task.left ?? ""),
        errors: errorsOf(answers!).slice(48 * g, 48 * (g + 1)),
        confidence:
          answers!.confidence &&
          Float64Array.from(answers!.confidence.slice(48 * g, 48 * (g + 1)), (c) => c / 1000),
      }));
    });
}

const joined = (parts: readonly ArrayLike<number>[]): number[] => parts.flatMap((part) => Array.from(part));

function scoresOf(ones: readonly One[]): FirstBreakScores {
  const errors = joined(ones.map((one) => one.errors));
  return firstBreakScores(errors, new Float64Array(errors.length));
}

/** Mean over seeds of the pooled figures, as cells; after HR@5, HR@9 and MAE the 95 % interval over gathers, each averaged over its seeds. */
function cells(ones: readonly One[]): string[] {
  if (ones.length === 0) return [];
  const seeds = [...new Set(ones.map(({ seed }) => seed))];
  const bySeed = seeds.map((seed) => scoresOf(ones.filter((one) => one.seed === seed)));
  const mean = (f: (s: FirstBreakScores) => number) =>
    bySeed.reduce((sum, s) => sum + f(s), 0) / bySeed.length;
  const gathers = [...new Set(ones.map(({ gather }) => gather))].sort((a, b) => a - b);
  const within = (f: (s: FirstBreakScores) => number, digits: number) => {
    const values = gathers.map((gather) => f(scoresOf(ones.filter((one) => one.gather === gather))));
    const finite = values.filter(Number.isFinite);
    return finite.length === 0
      ? "–"
      : intervalText({ ...meanInterval(finite, { resamples: 2000 }), mean: mean(f) }, digits);
  };
  return [
    String(gathers.length),
    String(seeds.length),
    mean((s) => s.coverage).toFixed(3),
    mean((s) => s.hr[1]).toFixed(3),
    mean((s) => s.hr[3]).toFixed(3),
    within((s) => s.hr[5], 3),
    mean((s) => s.hr[7]).toFixed(3),
    within((s) => s.hr[9], 3),
    within((s) => s.mae, 1),
    mean((s) => s.median).toFixed(1),
    mean((s) => s.rmse).toFixed(1),
  ];
}

const head = ["gathers", "seeds", "cover", "HR@1", "HR@3", "HR@5", "HR@7", "HR@9", "MAE", "median", "RMSE"];

const isHit = (ones: readonly One[]) => joined(ones.map(({ errors }) => errors)).map((e) => Math.abs(e) < 5);

function featuresOf(ones: readonly One[], clicked: readonly number[]): (readonly number[])[] {
  const clicks = clicked.map((trace) => ({ trace, sample: 0 }));
  const { left } = krigeClicks(new Float64Array(48), clicks);
  return ones.flatMap(({ confidence }) =>
    Array.from(confidence!, (c, x) => confidenceFeatures(c, left[x]!).slice(0, clicked.length > 0 ? 2 : 1)),
  );
}

/** Confidence of a kind of answers: as the network says it, and fitted on the other folds. */
function confidenceRow(name: string, ones: readonly One[], clicked: readonly number[]): string[] {
  const known = ones.filter(({ confidence }) => confidence);
  const parts = [...new Set(known.map(({ left }) => left))];
  if (parts.length < 2) return [name];
  const zeros = (n: number) => new Float64Array(n);
  const errors = joined(known.map((one) => one.errors));
  const raw = firstBreakScores(errors, zeros(errors.length), joined(known.map((one) => one.confidence!)));
  const fold = parts.map((part) => {
    const [test, rest] = [
      known.filter(({ left }) => left === part),
      known.filter(({ left }) => left !== part),
    ];
    const weights = logisticFit(featuresOf(rest, clicked), isHit(rest));
    return {
      errors: joined(test.map((one) => one.errors)),
      chance: featuresOf(test, clicked).map((x) => logistic(weights, x)),
    };
  });
  const all = joined(fold.map((part) => part.errors));
  const fitted = firstBreakScores(all, zeros(all.length), joined(fold.map((part) => part.chance)));
  const weights = logisticFit(featuresOf(known, clicked), isHit(known));
  const pairs = [raw.ece, raw.roc, fitted.ece, fitted.roc] as readonly number[];
  return [name, ...pairs.map((v) => v.toFixed(3)), Array.from(weights, (w) => w.toFixed(2)).join(", ")];
}

/** What a variant's answers are called in a table. */
const kindNames: Readonly<Record<string, string>> = {
  automatic: "",
  "3 clicks": ", 3 clicks",
  adapters: ", adapters and last layer",
  lora: ", LoRA and last layer",
  last: ", last layer alone",
  generated: ", on generated gathers",
};

/** Tables of what is there: all methods; parts of the data; clicks; confidence. */
export function firstBreakTables(entries: readonly Entry[]): Table[] {
  const own = (kind: string, part = "fold") => onesOf(entries, "network", kind, part);
  const isTest5 = ({ left }: One) => left === "fold 1";
  const classical = present(entries, Object.keys(classicalRows));
  const rows = [
    ...classical.map((row) => [row, ...cells(onesOf(entries, row, "automatic"))]),
    ["network, 5 folds", ...cells(own("automatic"))],
    ["network, 3 clicks", ...cells(own("3 clicks"))],
  ].filter((row) => row.length > 1);
  const parts = [
    ["test-5", ...cells(own("automatic").filter(isTest5))],
    ["test-5, 3 clicks", ...cells(own("3 clicks").filter(isTest5))],
    ["a spread left out", ...cells(own("automatic", "spread"))],
  ].filter((row) => row.length > 1);
  const clicked = present(entries, [lines, ...Object.keys(krigedRows)]);
  const withClicks = (row: string, n: number) =>
    entries.filter(({ task }) => task.clicks === n).flatMap((entry) => onesOf([entry], row, "lines"));
  const clicks = [0, 1, 2, 3, 5].flatMap((n) => {
    const kinds = [
      ["network", own(n === 0 ? "automatic" : `${n} clicks`)],
      ["automatic picks + kriging", n === 0 ? [] : own(`${n} clicks, kriging alone`)],
      ...clicked.map((row) => [row, withClicks(row, n)] as const),
    ] as const;
    return kinds.flatMap(([name, ones]) => (ones.length > 0 ? [[`${n}`, name, ...cells(ones)]] : []));
  });
  const sure = [
    confidenceRow("automatic", own("automatic"), []),
    confidenceRow("3 clicks", own("3 clicks"), [8, 24, 40]),
  ].filter((row) => row.length > 1);
  const others = Object.keys(variants).flatMap((row) =>
    Object.entries(kindNames).flatMap(([kind, name]) => {
      const ones = onesOf(entries, row, kind);
      return ones.length > 0 ? [[`${row}${name}`, ...cells(ones)]] : [];
    }),
  );
  return [
    table(["method", ...head], rows, {
      caption:
        "First breaks of the labelled gathers: share of all traces within k samples of .25 ms, errors in samples; [95 % over gathers]",
    }),
    ...(parts.length > 0
      ? [table(["part", ...head], parts, { caption: "The network on parts of the data" })]
      : []),
    ...(clicks.length > 0
      ? [
          table(["clicks", "method", ...head], clicks, {
            caption: "Clicks of an analyst, N(0, 2) samples off",
          }),
        ]
      : []),
    ...(others.length > 0
      ? [
          table(["way", ...head], [...others, ...parts.filter(([name]) => name!.startsWith("test-5"))], {
            caption:
              "Other ways, trained without test-5 and scored on it, one seed (synthetic only: all gathers, and fresh generated ones); [95 % over gathers]",
          }),
        ]
      : []),
    ...(sure.length > 0
      ? [
          table(["picks", "ECE, raw", "ROC, raw", "ECE, fitted", "ROC, fitted", "weights, all folds"], sure, {
            caption: "Confidence of a hit within 5 samples; fitted: a logistic curve from the other folds",
          }),
        ]
      : []),
  ];
}
