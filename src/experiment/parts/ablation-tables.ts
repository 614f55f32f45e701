// Tables of the augmentation ablation, from the counts in its journal.
import { holm, meanInterval } from "../../metrics/index.js";
import { type Table, table } from "../../show/index.js";
import { present } from "../groups.js";
import type { Entry } from "../types.js";
import {
  estimateOf,
  type Gain,
  gainOf,
  type Phase,
  type Question,
  runsOf,
  scoreOf,
} from "./ablation-counts.js";
import { ablationRows } from "./ablation-rows.js";
import { type Condition, slides } from "./ablation-windows.js";

const names = Object.keys(ablationRows);
const short = (v: number) => v.toFixed(2).replace(/^(-?)0\./, "$1.");
const span = ([low, high]: readonly [number, number]) => `[${short(low)}, ${short(high)}]`;
const ask = (condition: Question["condition"], phase: Phase): Question => ({
  condition,
  phase,
  tolerance: phase === "P" ? 0.1 : 0.5,
});

/** What the main table asks, column by column. */
const columns: readonly (readonly [string, Question])[] = [
  ["P, P at 10 s", ask("at 10 s", "P")],
  ["P, anywhere", ask("anywhere", "P")],
  ["S, anywhere", ask("anywhere", "S")],
  ["P, two events", ask("two events", "P")],
  ["S, two events", ask("two events", "S")],
  ["P, noise 6 dB", ask("6 dB", "P")],
  ["P, E only", ask("E", "P")],
];

/** Comparisons that were planned before anything was run: where each augmentation ought to show. */
const plan: readonly (readonly [row: string, over: string, readonly Question[]])[] = [
  ["shift", "none (P at 10 s)", [ask("anywhere", "P"), ask("anywhere", "S")]],
  ["shift 10 to 15 s", "none (P at 10 s)", [ask("anywhere", "P")]],
  ["shift", "shift, precomputed", [ask("anywhere", "P"), ask("anywhere", "S")]],
  ["shift + event", "shift", [ask("two events", "P"), ask("two events", "S")]],
  ["all", "all but event", [ask("two events", "P"), ask("two events", "S")]],
  ["shift + noise", "shift", [ask("12 dB", "P"), ask("6 dB", "P"), ask("0 dB", "P")]],
  ["all", "all but noise", [ask("12 dB", "P"), ask("6 dB", "P"), ask("0 dB", "P")]],
  ["shift + noise only", "shift", [ask("anywhere", "P")]],
  ["shift + dropout", "shift", [ask("E", "P"), ask("N", "P"), ask("Z", "P"), ask("Z", "S")]],
  ["all", "all but dropout", [ask("E", "P"), ask("N", "P"), ask("Z", "P"), ask("Z", "S")]],
  ["all", "all but shift", [ask("anywhere", "P")]],
  ["all", "shift", [ask("anywhere", "P"), ask("anywhere", "S"), ask("two events", "P")]],
  ...[10, 20, 40].map(
    (n) =>
      [`all, ${n} records`, `shift, ${n} records`, [ask("anywhere", "P"), ask("anywhere", "S")]] as const,
  ),
];

/** The planned comparisons with their intervals and Holm's correction over all of them. */
export function ablationGains(entries: readonly Entry[]): readonly (Gain & { readonly holm: number })[] {
  const gains = plan.flatMap(([row, over, questions]) =>
    questions.flatMap((question) => gainOf(entries, row, over, question) ?? []),
  );
  const corrected = holm(gains.map(({ p }) => p));
  return gains.map((gain, i) => ({ ...gain, holm: corrected[i]! }));
}

/** "gain" or "loss" where both Holm's p <= .05 and the interval over five seeds or more say so, "one seed" or "few seeds" where fewer are in, else "not shown". */
export function verdictOf({
  difference,
  seeds,
  holm,
}: Pick<Gain, "difference" | "seeds"> & { readonly holm: number }): string {
  if (seeds.n === 1) return "one seed";
  if (!(holm <= 0.05 && seeds.low * seeds.high > 0)) return "not shown";
  return `${difference > 0 ? "gain" : "loss"}${seeds.n < 5 ? ", few seeds" : ""}`;
}

/** A question in words: "P within .1 s, two events". */
export const questionText = ({ condition, phase, tolerance }: Question): string =>
  `${phase} within ${short(tolerance).slice(0, -1)} s, ${
    condition === "Z" || condition === "E" || condition === "N"
      ? `${condition} only`
      : condition.replace("dB", "dB noise")
  }`;

function mainTable(entries: readonly Entry[], rows: readonly string[]): Table {
  const lines = rows.map((row) => {
    const runs = runsOf(entries, row);
    const cells = columns.map(([, question]) => {
      const found = estimateOf(entries, row, question)!;
      return `${short(found.f1)} ${span([found.low, found.high])}`;
    });
    const [p, s, hours] = [0, 1, 2].map((k) =>
      runs.reduce((total, { result }) => total + (result.noise as readonly number[])[k]!, 0),
    ) as [number, number, number];
    return [row, runs.length, ...cells, ((p + s) / hours).toFixed(0)];
  });
  return table(["learned from", "seeds", ...columns.map(([name]) => name), "false picks/h of noise"], lines, {
    caption: "F1, P within .1 s and S within .5 s: all records of all folds [95 % over records]",
  });
}

function gainTable(entries: readonly Entry[]): Table[] {
  const gains = ablationGains(entries);
  if (gains.length === 0) return [];
  const sign = (v: number) => (v >= 0 ? `+${short(v)}` : short(v));
  const lines = gains.map(({ row, over, question, difference, records, seeds, p, holm }) => [
    `${row} − ${over}`,
    questionText(question),
    sign(difference),
    span(records),
    seeds.n > 1 ? `${span([seeds.low, seeds.high])}, ${seeds.n}` : "–",
    p.toFixed(3),
    holm.toFixed(3),
    verdictOf({ difference, seeds, holm }),
  ]);
  return [
    table(["rows", "judged on", "F1 gained", "over records", "over seeds", "p", "Holm", "verdict"], lines, {
      caption: `${gains.length} planned comparisons, paired: 95 % over records and over seeds (each on a fold of its own; their number); a gain is one that both Holm's p <= .05 and the seeds show`,
    }),
  ];
}

/** Zhu's Table 4, F1 for P and S with and without channel dropout. */
const channels = ["Z", "E", "N", "EN", "ENZ"] as const;
const zhu: Readonly<Record<string, readonly number[]>> = {
  "P with": [0.948, 0.846, 0.87, 0.881, 0.95],
  "P without": [0.936, 0.7, 0.709, 0.786, 0.938],
  "S with": [0.476, 0.74, 0.772, 0.816, 0.818],
  "S without": [0.036, 0.724, 0.766, 0.796, 0.796],
};

function channelTable(entries: readonly Entry[]): Table[] {
  const rows = [
    ["with", "shift + dropout"],
    ["without", "shift"],
    ["with", "all"],
    ["without", "all but dropout"],
  ] as const;
  const lines = (["P", "S"] as const).flatMap((phase) =>
    rows.flatMap(([kind, row]) => {
      if (runsOf(entries, row).length === 0) return [];
      const cells = channels.map((name, i) => {
        const condition: Condition = name === "ENZ" ? "anywhere" : name;
        const { precision, recall, f1 } = scoreOf(entries, row, { condition, phase, tolerance: 0.5 })!;
        return `${short(precision)}/${short(recall)}/${short(f1)} (${short(zhu[`${phase} ${kind}`]![i]!)})`;
      });
      return [[`${phase} ${kind} dropout: ${row}`, ...cells]];
    }),
  );
  if (lines.length === 0) return [];
  return [
    table(["", ...channels], lines, {
      caption:
        "Components left: precision/recall/F1 within .5 s (F1 of Zhu 2020, Table 4: other data, SNR > 20 dB)",
    }),
  ];
}

function shiftTables(entries: readonly Entry[]): Table[] {
  const slid = ["none (P at 10 s)", "shift 10 to 15 s", "shift", "all"].flatMap((row) => {
    const runs = runsOf(entries, row);
    if (runs.length === 0) return [];
    const cells = slides.map((_, k) => {
      const { mean, low, high } = meanInterval(
        runs.map(({ result }) => (result.slide as readonly number[])[k]!),
      );
      return `${short(mean)} ${span([low, high])}`;
    });
    return [[row, ...cells]];
  });
  const theirs = {
    "shift, precomputed": [".908/.550/.685", ".738/.529/.616"],
    shift: [".902/.588/.712", ".748/.571/.647"],
  };
  const often = Object.entries(theirs).flatMap(([row, [p, s]]) => {
    if (runsOf(entries, row).length === 0) return [];
    const cells = (["P", "S"] as const).map((phase) => {
      const { precision, recall, f1 } = scoreOf(entries, row, {
        condition: "anywhere",
        phase,
        tolerance: 0.5,
      })!;
      return [precision, recall, f1].map((v) => v.toFixed(3).slice(1)).join("/");
    });
    return [[row === "shift" ? "cut anew in every epoch" : "cut once", cells[0]!, p!, cells[1]!, s!]];
  });
  const caption = "Largest P probability within .1 s of P while a record slides: mean over seeds [95 %]";
  return [
    ...(slid.length === 0
      ? []
      : [table(["learned from", ...slides.map((at) => `P at ${at} s`)], slid, { caption })]),
    ...(often.length === 0
      ? []
      : [
          table(["windows", "P, here", "P, Zhu 2020", "S, here", "S, Zhu 2020"], often, {
            caption:
              "Shift of 0 to 30 s: precision/recall/F1 within .5 s (Zhu's Table 3: 500 records, other test data)",
          }),
        ]),
  ];
}

function sizeTable(entries: readonly Entry[]): Table[] {
  const sizes = [10, 20, 40, 78] as const;
  const rowOf = (kind: string, n: number) => (n === 78 ? kind : `${kind}, ${n} records`);
  const lines = ["shift", "all"].flatMap((kind) =>
    (["P", "S"] as const).map((phase) => [
      `${phase}, ${kind === "all" ? "all augmentations" : "shift alone"}`,
      ...sizes.map((n) => {
        const found = estimateOf(entries, rowOf(kind, n), ask("anywhere", phase));
        return found ? `${short(found.f1)} ${span([found.low, found.high])}` : "–";
      }),
    ]),
  );
  return [
    table(["F1, P anywhere", ...sizes.map((n) => `${n} records`)], lines, {
      caption: "How many records: F1, P within .1 s, S within .5 s [95 % over records]",
    }),
  ];
}

function leakTable(entries: readonly Entry[]): Table[] {
  const row = "copies of 40 records, then split";
  if (runsOf(entries, row).length === 0) return [];
  const cell = (condition: "held" | "anywhere", phase: Phase) => {
    const { f1, low, high } = estimateOf(entries, row, ask(condition, phase))!;
    return `${short(f1)} ${span([low, high])}`;
  };
  const lines = [
    ["copies held back, of records learned from", cell("held", "P"), cell("held", "S")],
    ["records never seen", cell("anywhere", "P"), cell("anywhere", "S")],
  ];
  return [
    table(["scored on", "P within .1 s", "S within .5 s"], lines, {
      caption: "400 copies of 40 records, then split 320 to 80: what the 80 say, and what is true [95 %]",
    }),
  ];
}

/** Tables of what is there. */
export function ablationTables(entries: readonly Entry[]): Table[] {
  const mine = entries.filter(({ task }) => task.part === undefined);
  const rows = present(mine, names);
  return [
    mainTable(mine, rows),
    ...gainTable(mine),
    ...shiftTables(mine),
    ...channelTable(mine),
    ...sizeTable(mine),
    ...leakTable(mine),
  ];
}
