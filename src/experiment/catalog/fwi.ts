// Full-waveform inversion, PROTOCOLS 4: Marmousi by several methods, and what noise, a wrong wavelet, a far start, another model do to them.
import type { Grid } from "../../core/index.js";
import { fwi, fwiModel, fwiStart } from "../../inverse/index.js";
import { type Interval, meanInterval, relativeL2, ssim } from "../../metrics/index.js";
import { table } from "../../show/index.js";
import { present, valuesOf } from "../groups.js";
import { methodNames, methodOf, sceneOf } from "../parts/inversions.js";
import type { Entry, Experiment, Result, Task } from "../types.js";

const protocol = "as the protocol";
const start = "the start";
const [plain, best] = ["Adam, 20 m/s", "encoded, whitened, 60 to 2 m/s"];
const slowlyBest = "encoded, whitened, multiscale .5, .75 Hz, all";
/** Gradients where a task does not say another number. */
const usual = 75;

/** What is tried in the small scenes. */
const changed: Readonly<Record<string, readonly string[]>> = {
  "120 m, 1.5 Hz": [start, plain, best],
  "records of order 8 on 60 m": [plain, best],
  "wavelet 5 % too low in frequency": [plain, best],
  "wavelet 40 ms too early": [plain, best],
  "white noise of 5 % of the rms": [plain, best],
  "white noise of 20 % of the rms": [plain, best],
  "from a straight 1-D start": [start, plain, best, slowlyBest],
  "Marmousi2 at 2 Hz": [start, plain, best],
};
/** Whose models the journal keeps. */
const drawn = [plain, best].map((row) => `${protocol}: ${row}: ${usual}`);

function tasks(seeds: number, isSmall: boolean): Task[] {
  const list: Task[] = [start, plain, best].map((row) => ({ row, scene: protocol, seed: 0 }));
  if (isSmall) return list.slice(0, 2);
  for (const [scene, rows] of Object.entries(changed))
    for (const row of rows)
      list.push(row === start ? { row, scene, seed: 0 } : { row, scene, seed: 0, gradients: 25 });
  for (const row of [best, plain]) list.push({ row, scene: protocol, seed: 0, gradients: 25 });
  const rest = methodNames.filter((row) => ![plain, best, slowlyBest].includes(row));
  list.push(...rest.map((row) => ({ row, scene: protocol, seed: 0 })));
  for (let seed = 1; seed < seeds; seed++) list.push({ row: best, scene: protocol, seed });
  return list;
}

const round = (value: number, digits: number): number => Number(value.toPrecision(digits));

/** Velocities of 1 to 5 km/s in 256 steps, as text. */
const packed = ({ data }: Grid<Float64Array>): string =>
  Buffer.from(Uint8Array.from(data, (v) => Math.round(((v - 1000) / 4000) * 255))).toString("base64");

async function run({ row, scene: name, seed, gradients = usual }: Task): Promise<Result> {
  const scene = sceneOf(String(name));
  const { truth, initial, survey, observed, simulation, mask } = scene;
  const judge = (model: Grid<Float32Array | Float64Array>) => {
    let sum = 0;
    truth.data.forEach((v: number, i: number) => {
      sum += Math.abs(v - model.data[i]!);
    });
    return {
      error: round(relativeL2(truth, model), 4),
      mae: round(sum / truth.data.length, 4),
      ssim: round(ssim(truth, model), 4),
    };
  };
  if (row === start) return judge(initial);
  const curve: [cost: number, loss: number, error: number][] = [];
  let losses: number[] = [];
  const options = {
    ...methodOf(row, Number(gradients)),
    simulation,
    survey,
    observed,
    mask,
    clamp: [1000, 5000],
    seed,
  } as const;
  const model = await fwi(
    initial,
    {
      ...options,
      onStep(state) {
        losses.push(state.loss);
        if (Math.floor(state.cost / 5 + 1e-9) === Math.floor((curve.at(-1)?.[0] ?? 0) / 5 + 1e-9)) return;
        const loss = losses.reduce((a, b) => a + b, 0) / losses.length;
        losses = [];
        curve.push([
          round(state.cost, 4),
          round(loss, 3),
          round(relativeL2(truth, fwiModel(state, initial, options)), 4),
        ]);
      },
    },
    fwiStart(initial),
  );
  return {
    ...judge(model),
    loss: curve.at(-1)![1],
    curve,
    ...(drawn.includes(`${name}: ${row}: ${gradients}`) && seed === 0 ? { model: packed(model) } : {}),
  };
}

const text = (values: readonly number[], digits: number): string => {
  const shown = (v: number) => v.toFixed(digits).replace(/^0\./, ".");
  if (values.length === 0) return "–";
  const { mean, low, high }: Interval = meanInterval(values);
  return values.length === 1 ? shown(mean) : `${shown(mean)} [${shown(low)}, ${shown(high)}]`;
};

const measures = ["gradients", "rel. L2", "mean error, m/s", "SSIM", "last loss", "CPU s"];

function cells(entries: readonly Entry[], where: { readonly row: string; readonly scene: string }): string[] {
  const { result, task } = entries[0]!;
  const seconds = entries.reduce((sum, entry) => sum + entry.seconds, 0) / entries.length;
  const isStart = where.row === start;
  return [
    isStart ? "0" : String(task.gradients ?? usual),
    text(valuesOf(entries, "error"), 4),
    text(valuesOf(entries, "mae"), 1),
    text(valuesOf(entries, "ssim"), 3),
    isStart ? "–" : Number(result.loss).toPrecision(2),
    isStart ? "–" : seconds.toFixed(0),
  ];
}

function linesOf(entries: readonly Entry[], scene: string, gradients: number | undefined) {
  const here = entries.filter(({ task }) => task.scene === scene && task.gradients === gradients);
  return present(here, [start, ...methodNames]).map((row) => [
    row,
    ...cells(
      here.filter(({ task }) => task.row === row),
      { row, scene },
    ),
  ]);
}

function tables(entries: readonly Entry[]) {
  const others = Object.keys(changed).flatMap((scene) =>
    [...linesOf(entries, scene, undefined), ...linesOf(entries, scene, 25)].map((line) => [scene, ...line]),
  );
  const own = [...linesOf(entries, protocol, undefined), ...linesOf(entries, protocol, 25)];
  return [
    table(["Marmousi", ...measures], own, {
      caption:
        "Marmousi: errors of the velocities over all rows; loss: mean of the last five gradients; one thread; [95 %] over seeds",
    }),
    table(["small Marmousi, 30 x 142", "method", ...measures], others, {
      caption:
        "The same recipes, unchanged, on half the grid at half the frequency, and where something else is changed",
    }),
  ];
}

/** PROTOCOLS 4. */
export const experiment: Experiment = {
  name: "fwi",
  about:
    "full-waveform inversion of Marmousi by several methods; noise, wrong wavelets, a far start, another model",
  seeds: 2,
  tasks({ profile, seeds }) {
    sceneOf(protocol); // says at once where data are missing
    return tasks(seeds, profile === "ci");
  },
  run,
  tables,
};
