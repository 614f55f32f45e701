// geodl invert: full-waveform inversion of any model and records, resumable.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Grid } from "../core/index.js";
import { writeNpy } from "../formats/index.js";
import { type FwiOptions, fwi, fwiModel, fwiStart } from "../inverse/index.js";
import { relativeL2, ssim } from "../metrics/index.js";
import { velocityModel } from "../show/index.js";
import { ricker } from "../signal/index.js";
import { acoustic } from "../wave/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { type InvertConfig, readArray, readConfig } from "./invert-config.js";
import { historyText, loadState, type Row, saveState } from "./invert-state.js";
import { pngOf } from "./png.js";
import { durationText, shareText, statusLine } from "./status-line.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";
import { writeWhole } from "./whole-file.js";

type Model = Grid<Float32Array | Float64Array>;

/** What the configuration asks for, with its files read. */
function prepare(config: InvertConfig, threads: number | undefined) {
  const initial = readArray(config.model.initial, 2);
  const truth = config.model.true === null ? undefined : readArray(config.model.true, 2);
  if (truth?.shape.some((n, i) => n !== initial.shape[i]))
    throw new RangeError(
      `invert: model.true and model.initial must have one shape, got [${truth.shape}] and [${initial.shape}]`,
    );
  const { f0, t0 } = config.wavelet;
  const { sources, receivers, dt, boundary, order } = config;
  const wavelet = ricker(f0, config.nt, dt, { t0 });
  const simulation = {
    spacing: config.model.spacing,
    dt,
    order,
    pml: boundary.pml,
    freeSurface: boundary.freeSurface ? (["top"] as const) : [],
    frequency: f0,
    ...(threads === undefined ? {} : { threads }),
  };
  const observed = (signal: AbortSignal): Model =>
    config.observed !== null
      ? readArray(config.observed, 3)
      : acoustic(truth!, {
          ...simulation,
          signal,
          shots: sources.map((source) => ({ sources: [source], receivers, wavelet })),
        }).records;
  const columns = initial.shape[1]!;
  const mask = Float64Array.from(initial.data, (_, i) =>
    Math.floor(i / columns) < config.model.frozenRows ? 0 : 1,
  );
  const options = (signal: AbortSignal): FwiOptions => ({
    simulation,
    survey: { sources, receivers, wavelet },
    observed: observed(signal),
    iterations: config.iterations,
    optimizer: config.optimizer,
    ...(config.stages ? { stages: config.stages } : {}),
    shots: config.shots,
    ...(config.whiten === null ? {} : { whiten: config.whiten }),
    mask,
    ...(config.clamp ? { clamp: config.clamp } : {}),
    seed: config.seed,
    signal,
  });
  return { initial, truth, options };
}

const measures = (truth: Model | undefined, model: Model) =>
  truth ? { relativeL2: relativeL2(truth, model), ssim: ssim(truth, model) } : {};

async function work(call: Call, file: string, out: string, signal: AbortSignal): Promise<number> {
  const threadsText = stringOption(call, "threads");
  const threads = threadsText === undefined ? undefined : Number(threadsText);
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw new UsageError(`--threads must be a whole number >= 1, got ${threadsText}`);
  const config = readConfig(file);
  const text = readFileSync(file, "utf8");
  const saved = loadState(out);
  if (saved && !call.values.resume)
    throw new Error(`invert: ${out} holds a run; go on with --resume, or name another folder`);
  if (saved && saved.config !== text)
    throw new Error(`invert: the run in ${out} had another configuration; name another folder`);
  const { initial, truth, options } = prepare(config, threads);
  const line = statusLine();
  const started = performance.now();
  const before = saved?.rows.at(-1)?.seconds ?? 0;
  const seconds = () => before + (performance.now() - started) / 1000;
  const rows: Row[] = saved?.rows ?? [];
  const state = saved?.state ?? fwiStart(initial);
  const chosen = options(signal);
  const keep = () => {
    mkdirSync(out, { recursive: true });
    saveState(out, { state, rows, config: text });
    writeWhole(join(out, "history.csv"), historyText(rows));
  };
  let losses: number[] = [];
  try {
    const model = await fwi(
      initial,
      {
        ...chosen,
        onStep(s) {
          losses.push(s.loss);
          if (rows.length === 0)
            rows.push({ iteration: 0, loss: s.loss, ...measures(truth, initial), seconds: 0 });
          // one row a gradient of all shots
          if (Math.floor(s.cost + 1e-6) === Math.floor(rows.at(-1)!.iteration + 1e-6)) return;
          const loss = losses.reduce((a, b) => a + b, 0) / losses.length;
          losses = [];
          rows.push({
            iteration: s.cost,
            loss,
            ...measures(truth, fwiModel(s, initial, chosen)),
            seconds: seconds(),
          });
          keep();
          line.update(s.cost / config.iterations, shareText("invert", s.cost / config.iterations, started));
        },
      },
      state,
    );
    keep();
    line.end();
    const data = Float32Array.from(model.data);
    writeWhole(join(out, "model.npy"), writeNpy({ data, shape: model.shape }));
    writeWhole(join(out, "config.json"), `${JSON.stringify(config, undefined, 2)}\n`);
    const picture = velocityModel(model, {
      spacing: config.model.spacing,
      title: `Inverted velocity after ${config.iterations} gradients`,
    });
    writeWhole(join(out, "figure.png"), await pngOf(picture));
    report(out, rows, truth, model);
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error(
      existsSync(join(out, "state.npz"))
        ? `geodl invert: interrupted after ${rows.at(-1)?.iteration ?? 0} gradients; go on with --resume`
        : "geodl invert: interrupted, nothing was written",
    );
    return interrupted;
  } finally {
    line.end();
  }
}

function report(out: string, rows: readonly Row[], truth: Model | undefined, model: Model): void {
  const last = rows.at(-1)!;
  const { relativeL2: error, ssim: likeness } = measures(truth, model);
  let mean = 0;
  truth?.data.forEach((v: number, i: number) => {
    mean += Math.abs(v - model.data[i]!) / truth.data.length;
  });
  const known = truth
    ? `, relative L2 ${error!.toFixed(4)}, mean error ${mean.toFixed(1)} m/s, SSIM ${likeness!.toFixed(3)}`
    : "";
  console.log(`${out}: loss ${last.loss.toPrecision(3)}${known}, ${durationText(last.seconds)}`);
}

export const verb: Verb = {
  usage: "CONFIG.json --out DIR [--resume] [--threads N]",
  options: { out: { type: "string" }, resume: { type: "boolean" }, threads: { type: "string" } },
  help: [
    "CONFIG.json  models and records as .npy beside it, geometry, optimiser; see docs/invert.md",
    "--out DIR    gets model.npy (float32, m/s), history.csv, figure.png, config.json; state.npz is what a stopped run goes on from",
    "--resume     goes on with the run in DIR, to the same bits",
    "--threads N  default all cores; results do not depend on it",
  ],
  example: "geodl invert marmousi.json --out inverted",
  async run(call) {
    const [file, ...more] = call.positionals;
    const out = stringOption(call, "out");
    if (file === undefined || more.length > 0)
      throw new UsageError(`one configuration is needed, got ${call.positionals.join(" ") || "none"}`);
    if (out === undefined) throw new UsageError("--out must name a folder, got none");
    if (!existsSync(file)) throw new Error(`invert: ${file} must be a file, got none`);
    return await withInterrupt((signal) => work(call, resolve(file), resolve(out), signal));
  },
};
