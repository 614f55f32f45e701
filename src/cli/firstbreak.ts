// geodl firstbreak: first breaks of shot gathers, a .npy array or a SEG-Y file with any number of them.
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { type FileGather, type GatherFile, openGathers } from "../apply/gather-files.js";
import { type FirstBreaks, loadFirstBreakPicker } from "../apply/index.js";
import type { Grid } from "../core/index.js";
import type { firstbreak } from "../data/index.js";
import type { Segy } from "../formats/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { outFile } from "./out-file.js";
import { durationText, shareText, statusLine } from "./status-line.js";
import { numberOption, stringOption, UsageError, type Verb } from "./verb.js";

const pickers = ["own", "stalta", "mer", "coppens", "aic", "baer"];
/** Bytes 233 to 236 of a trace header are free for anybody's use. */
const headerByte = 232;

/** Clicks by gather from a table "gather trace sample" or "trace sample" with tabs, commas or blanks; # begins a remark.
 *  The key "" stands for the one gather. */
function readClicks(path: string): Map<string, firstbreak.Click[]> {
  const rows = readFileSync(path, "utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.trim().split(/[\t,; ]+/));
  const names = rows.shift() ?? [];
  const [gather, trace, sample] = ["gather", "trace", "sample"].map((name) => names.indexOf(name)) as [
    number,
    number,
    number,
  ];
  if (trace < 0 || sample < 0)
    throw new RangeError(`--clicks: the first line must name trace and sample, got "${names.join(" ")}"`);
  const clicks = new Map<string, firstbreak.Click[]>();
  for (const row of rows) {
    const click = { trace: Number(row[trace]), sample: Number(row[sample]) };
    if (!Number.isInteger(click.trace) || !Number.isFinite(click.sample))
      throw new RangeError(`--clicks: a row must hold a trace and a sample, got "${row.join(" ")}"`);
    const key = gather < 0 ? "" : row[gather]!;
    clicks.set(key, [...(clicks.get(key) ?? []), click]);
  }
  return clicks;
}

/** A file that appears whole or not at all. */
function draft(path: string) {
  const partial = `${path}.part${process.pid}`;
  const file = openSync(partial, "w");
  let isOpen = true;
  const abandon = () => {
    if (isOpen) closeSync(file);
    if (isOpen) rmSync(partial, { force: true });
    isOpen = false;
    process.off("exit", abandon);
  };
  process.on("exit", abandon);
  return {
    write(what: string | Uint8Array) {
      const bytes = typeof what === "string" ? Buffer.from(what) : what;
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    },
    finish() {
      closeSync(file);
      isOpen = false;
      process.off("exit", abandon);
      renameSync(partial, path);
    },
    abandon,
  };
}

/** Traces in another order. */
function reordered({ data, shape }: Grid, order: Int32Array): Grid {
  const nt = shape[1]!;
  const out = new Float32Array(data.length);
  order.forEach((from, to) => {
    out.set(data.subarray(from * nt, (from + 1) * nt), to * nt);
  });
  return { data: out, shape };
}

/** Trace bytes with the picks in bytes 233 to 236, microseconds after the shot as int32, -1 for none. */
function withPicks(
  segy: Segy,
  { from, to, delay }: FileGather,
  sample: Float64Array,
  dt: number,
): Uint8Array {
  const bytes = segy.traceBytes(from, to);
  const stride = bytes.length / (to - from);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let x = 0; x < to - from; x++) {
    const time = Number.isNaN(sample[x]) ? -1 : Math.round(1e6 * (delay[x]! + sample[x]! * dt));
    view.setInt32(x * stride + headerByte, time, segy.isLittle);
  }
  return bytes;
}

function rowsOf({ name, first, delay }: FileGather, { sample, confidence }: FirstBreaks, dt: number): string {
  let text = "";
  for (let x = 0; x < sample.length; x++) {
    const [at, sure] = [sample[x]!, confidence[x]!];
    const pick = Number.isNaN(at)
      ? ",,"
      : `${at.toFixed(2)},${(delay[x]! + at * dt).toFixed(6)},${Number.isNaN(sure) ? "" : sure.toFixed(3)}`;
    text += `${name},${first + x},${pick}\n`;
  }
  return text;
}

interface Job {
  readonly out: string;
  readonly headers: string | undefined;
  readonly dt: number;
  readonly reject: number;
  readonly model: string;
  readonly clicks: Map<string, firstbreak.Click[]>;
}

async function work(file: GatherFile, job: Job, signal: AbortSignal): Promise<number> {
  const { dt, clicks } = job;
  const line = statusLine();
  const picker = await loadFirstBreakPicker(job.model);
  const csv = draft(job.out);
  const copy = job.headers === undefined ? undefined : draft(job.headers);
  const start = performance.now();
  let [gathers, traces, picked] = [0, 0, 0];
  try {
    csv.write("gather,trace,sample,time,confidence\n");
    copy?.write(file.segy!.head());
    const used = new Set<string>();
    for (const one of file.gathers()) {
      await new Promise((done) => setImmediate(done)); // so that Ctrl-C is heard
      if (signal.aborted) throw new Error("interrupted");
      const place = new Int32Array(one.order.length);
      one.order.forEach((from, to) => {
        place[from] = to;
      });
      const all = clicks.get(one.name) ?? clicks.get("") ?? [];
      used.add(clicks.has(one.name) ? one.name : "");
      const here = all
        .filter(({ trace }) => trace >= one.first && trace < one.first + place.length)
        .map(({ trace, sample }) => ({ trace: place[trace - one.first]!, sample }));
      const found = picker.pick(reordered(one.read(), one.order), { clicks: here, reject: job.reject });
      const back = (values: Float64Array) => values.map((_, x) => values[place[x]!]!);
      const breaks = { sample: back(found.sample), confidence: back(found.confidence) };
      csv.write(rowsOf(one, breaks, dt));
      copy?.write(withPicks(file.segy!, one, breaks.sample, dt));
      gathers++;
      traces += place.length;
      picked += breaks.sample.reduce((n, v) => n + (Number.isNaN(v) ? 0 : 1), 0);
      line.update(one.to / file.traces, shareText("firstbreak", one.to / file.traces, start));
    }
    const unknown = [...clicks.keys()].filter((name) => name !== "" && !used.has(name));
    if (gathers === unknown.length || (unknown.length > 0 && used.size === 1 && used.has("")))
      throw new RangeError(`--clicks must name gathers of the file, got ${unknown.slice(0, 3).join(", ")}`);
    copy?.write(file.segy!.tail());
    csv.finish();
    copy?.finish();
    line.end();
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `${job.out}: ${picked} picks on ${traces} traces of ${gathers} gather${gathers === 1 ? "" : "s"} by ${picker.name}, ` +
        `${durationText(seconds)}, ${(traces / seconds).toPrecision(3)} traces/s`,
    );
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error("geodl firstbreak: interrupted, nothing was written");
    return interrupted;
  } finally {
    line.end();
    csv.abandon();
    copy?.abandon();
    picker.dispose();
  }
}

export const verb: Verb = {
  usage:
    "IN --dt S --out picks.csv [--clicks FILE] [--model own|stalta|mer|coppens|aic|baer] [--reject C] [--headers OUT.sgy]",
  options: {
    dt: { type: "string" },
    out: { type: "string" },
    clicks: { type: "string" },
    model: { type: "string" },
    reject: { type: "string" },
    headers: { type: "string" },
  },
  help: [
    "IN           .npy array [time, trace], or .sgy/.segy, whose gathers end where the field record number changes",
    "--dt S       sample interval, s; SEG-Y says it itself",
    "--out F      CSV gather,trace,sample,time,confidence; sample and trace from 0; no pick: empty; time in s after the shot (delay added)",
    "--clicks F   picks of yours to be led by: a table with columns gather, trace, sample (gather may be left out)",
    "--model M    own (a network, needs its weights; default) or a classical picker, whose constants are samples and who has no confidence",
    "--reject C   leaves out picks with a confidence below C, 0 .. 1",
    "--headers F  a copy of the SEG-Y file with the picks in header bytes 233-236, microseconds, int32, -1 for none",
    "Dead traces get no pick. Offsets in the headers say which traces are neighbours where the file's order jumps.",
  ],
  example: "geodl firstbreak shot13.npy --dt 0.00025 --out picks.csv",
  async run(call) {
    const [input, ...more] = call.positionals;
    const out = stringOption(call, "out");
    if (input === undefined || more.length > 0)
      throw new UsageError(`one file of gathers, got ${call.positionals.length}`);
    if (!/\.(npy|sgy|segy)$/i.test(input))
      throw new UsageError(`the file must be named .npy, .sgy or .segy, got ${input}`);
    if (out === undefined) throw new UsageError("--out must name the new file, got nothing");
    const model = stringOption(call, "model") ?? "own";
    if (!pickers.includes(model))
      throw new UsageError(`--model must be one of ${pickers.join(", ")}, got ${model}`);
    const given = numberOption(call, "dt", (v) => v > 0 && v < Number.POSITIVE_INFINITY, "seconds > 0");
    const reject = numberOption(call, "reject", (v) => v >= 0 && v <= 1, "in 0 .. 1") ?? 0;
    if (reject > 0 && model !== "own")
      throw new UsageError(`--reject needs the confidence of --model own, got ${model}`);
    const headers = stringOption(call, "headers");
    const clickFile = stringOption(call, "clicks");
    const clicks =
      clickFile === undefined ? new Map<string, firstbreak.Click[]>() : readClicks(resolve(clickFile));
    const inputs = clickFile === undefined ? [input] : [input, clickFile];
    const [table, copy] = [
      outFile("--out", out, inputs),
      headers && outFile("--headers", headers, [...inputs, out]),
    ];
    return withInterrupt(async (signal) => {
      const file = openGathers(resolve(input));
      try {
        const dt = given ?? file.dt ?? 0;
        if (!(dt > 0))
          throw new UsageError(`--dt must say the sample interval, s, for ${input} does not, got nothing`);
        if (headers !== undefined && !file.segy)
          throw new UsageError(`--headers needs a SEG-Y input, got ${input}`);
        const job = { out: table, headers: copy, dt, reject, model, clicks };
        return await work(file, job, signal);
      } finally {
        file.close();
      }
    });
  },
};
