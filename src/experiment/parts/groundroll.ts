// Ground roll on generated gathers that no network has seen: a network beside the filters it has to beat, section 5 of notebook 01.
import { existsSync } from "node:fs";
import { transposed } from "../../apply/files.js";
import { ownWeights, removeGroundRoll } from "../../apply/index.js";
import { type Grid, rng } from "../../core/index.js";
import { synthetic } from "../../data/index.js";
import { snr } from "../../metrics/index.js";
import { type Table, table } from "../../show/index.js";
import { bandpass, fanFilter } from "../../signal/index.js";
import { intervalText, summarise } from "../groups.js";
import type { Entry, Result, Size, Task } from "../types.js";

/** Band-pass of every trace, zero phase. Cycles a sample; chosen on the network's validation gathers. */
function byBand({ data, shape }: Grid): Grid {
  const [traces, nt] = shape as [number, number];
  const out = new Float32Array(data.length);
  for (let x = 0; x < traces; x++)
    out.set(
      bandpass(Float64Array.from(data.subarray(x * nt, (x + 1) * nt)), [0.08, 0.45], 1, { phase: "zero" }),
      x * nt,
    );
  return { data: out, shape };
}

/** Fan filter that keeps what is faster than 1.5 traces a sample; chosen on the network's validation gathers. */
const byFan = (gather: Grid): Grid =>
  transposed(fanFilter(transposed(gather), { dt: 1, dx: 1, velocities: [1, 1.5] }) as Grid);

const rows: Readonly<Record<string, (gather: Grid) => Grid | Promise<Grid>>> = {
  "as recorded": (gather) => gather,
  "band-pass above .08 cycles a sample": byBand,
  "f-k fan filter": byFan,
  "own network, generated gathers": removeGroundRoll,
};

/** Tasks of this part: a task a row and a hundred gathers. */
export function tasks({ profile, seeds }: Size): Task[] {
  const count = profile === "ci" ? 1 : seeds;
  return Object.keys(rows)
    .filter((row) => !row.startsWith("own") || existsSync(ownWeights("groundroll")))
    .flatMap((row) => Array.from({ length: count }, (_, seed) => ({ part: "ground roll", row, seed })));
}

const gathers = 40;

/** Answers a task of this part: mean SNR over 40 gathers of the seed. */
export async function run({ row, seed }: Task): Promise<Result> {
  const root = rng(2_000_000 + seed).fork("unseen gathers");
  let sum = 0;
  for (let k = 0; k < gathers; k++) {
    const { signal, groundRoll } = synthetic.shotGather(root.fork(`${k}`));
    const gather = { data: signal.data.map((v, i) => v + groundRoll.data[i]!), shape: signal.shape };
    sum += snr(signal, await rows[row]!(gather));
  }
  return { snr: Number((sum / gathers).toFixed(4)) };
}

export function tables(entries: readonly Entry[]): Table[] {
  const mine = entries.filter(({ task }) => task.part === "ground roll");
  if (mine.length === 0) return [];
  return [
    table(
      ["method", "SNR (dB), mean [95 %] over seeds"],
      [...new Set(mine.map(({ task }) => task.row))].map((row) => [
        row,
        intervalText(summarise(mine, "snr", { row })),
      ]),
      { caption: `Ground roll taken off generated gathers that no method has seen, ${gathers} a seed` },
    ),
  ];
}
