// An experiment for the tests: random walks whose ends depend on nothing but their task.
import { rng } from "../../dist/core/index.js";
import { table } from "../../dist/show/index.js";

const steps = { ci: 2000, tutorial: 1_500_000, paper: 2000 };

export const experiment = {
  name: "walks",
  about: "random walks",
  seeds: 3,
  tasks({ profile, seeds }) {
    const list = ["short", "long", "longer"].flatMap((row, i) =>
      Array.from({ length: seeds }, (_, seed) => ({ row, seed, steps: (i + 1) * steps[profile] })),
    );
    return profile === "paper" ? list.reverse() : list;
  },
  run({ row, seed, steps: n }) {
    if (process.env.WALKS_FAIL === row) throw new Error(`walks: the row must work, got ${row}`);
    if (process.env.WALKS_EXIT === row) process.exit(3);
    if (process.env.WALKS_NAN === row) return { end: Number.NaN };
    const random = rng(seed).fork(row);
    let end = 0;
    for (let i = 0; i < n; i++) end += random.normal();
    return { end };
  },
  tables: (entries) => [
    table(
      ["row", "end"],
      entries.map(({ task, result }) => [task.row, result.end]),
    ),
  ],
};
