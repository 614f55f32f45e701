// geodl pick: P and S picks on STEAD's HDF5, miniSEED and SAC files of any length.
import { resolve } from "node:path";
import {
  loadPicker,
  openPickFiles,
  type PhasePick,
  type Picker,
  type PickFiles,
  type PickRecord,
  pickStretches,
  staltaStretches,
  staltaWants,
  type TimedStretch,
} from "../apply/index.js";
import { csvField } from "../data/csv-field.js";
import { isoTime, writeQuakeml } from "../formats/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { outFile } from "./out-file.js";
import { durationText, shareText, statusLine } from "./status-line.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";
import { writeWhole } from "./whole-file.js";

type Tagged = TimedStretch & { readonly record: PickRecord };
type Found = Map<PickRecord, PhasePick[]>;

/** Stretches of all records, each noted as it comes. A record that is nowhere as long as a window is filled up, the crumbs of a longer one are not. */
async function* feed(
  files: PickFiles,
  found: Found,
  length: number,
  onShare: (share: number) => void,
): AsyncGenerator<Tagged> {
  let past = 0;
  for await (const record of files.records) {
    found.set(record, []);
    const isShort = record.stretches.every((stretch) => stretch.length < length);
    const total = record.stretches.reduce((sum, stretch) => sum + stretch.length, 0);
    let done = 0;
    for (const stretch of record.stretches)
      if (isShort || stretch.length >= length)
        yield {
          ...stretch,
          record,
          read(first, count) {
            done += count;
            onShare(Math.min((past + done / total) / files.count, 1));
            return stretch.read(first, count);
          },
        };
    onShare(++past / files.count);
  }
}

function table(found: Found, model: string): string {
  const lines = ["file,phase,sample,prob,time,station,model"];
  for (const [{ file, station, start, zero, rate }, picks] of found)
    for (const { phase, time, prob } of [...picks].sort((a, b) => a.time - b.time)) {
      const sample = Number(((time - zero) * rate).toFixed(3));
      const iso = start === undefined ? "" : isoTime(start + (time - zero));
      lines.push(
        [csvField(file), phase, sample, prob.toFixed(6), iso, csvField(station), csvField(model)].join(","),
      );
    }
  return `${lines.join("\n")}\n`;
}

function quakeml(found: Found, model: string): { readonly text: string; readonly untimed: number } {
  let untimed = 0;
  const events = [...found].flatMap(([{ file, id, start, zero }, picks]) => {
    if (picks.length === 0) return [];
    if (start === undefined) {
      untimed += picks.length;
      return [];
    }
    return [
      {
        name: file,
        picks: picks.map(({ phase, time, prob }) => ({ phase, prob, id, time: start + (time - zero) })),
      },
    ];
  });
  return { text: writeQuakeml(events, { method: model }), untimed };
}

interface Asked {
  readonly inputs: readonly string[];
  readonly out: string;
  readonly quakeml: string | undefined;
  readonly model: string;
  readonly threshold: number;
}

async function work(asked: Asked, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  const { model, threshold } = asked;
  const line = statusLine();
  let picker: Picker | undefined;
  let files: PickFiles | undefined;
  try {
    if (model !== "stalta") picker = await loadPicker(model);
    files = await openPickFiles(asked.inputs, picker ?? staltaWants);
    const found: Found = new Map();
    const onShare = (share: number) => line.update(share, shareText("pick", share, start));
    const stretches = feed(files, found, picker?.length ?? 0, onShare);
    const options = { threshold, signal, shortest: 1 };
    const runs = picker ? pickStretches(picker, stretches, options) : staltaStretches(stretches, options);
    for await (const { stretch, picks } of runs) found.get(stretch.record)!.push(...picks);
    line.end();
    if (found.size === 0)
      throw new Error(`no record could be read: ${files.faults[0] ?? "the files are empty"}`);
    const name = picker?.name ?? model;
    writeWhole(asked.out, table(found, name));
    const all = [...found.values()].flat();
    const count = (phase: string) => all.filter((p) => p.phase.startsWith(phase)).length;
    const took = durationText((performance.now() - start) / 1000);
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `${asked.out}: ${count("P")} P and ${count("S")} S picks on ${found.size} record${found.size === 1 ? "" : "s"} by ${name}, ${took}, peak ${peak} MB`,
    );
    if (asked.quakeml !== undefined) {
      const { text, untimed } = quakeml(found, name);
      writeWhole(asked.quakeml, text);
      const without =
        untimed > 0 ? `; ${untimed} picks are left out, for their records have no start time` : "";
      console.log(`${asked.quakeml}: QuakeML${without}`);
    }
    for (const note of files.notes.slice(0, 10)) console.log(note);
    if (files.notes.length > 10) console.log(`and ${files.notes.length - 10} more were left out`);
    for (const fault of files.faults) console.error(`geodl pick: ${fault}`);
    return files.faults.length > 0 ? 1 : 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error("geodl pick: interrupted, nothing was written");
    return interrupted;
  } finally {
    line.end();
    files?.close();
    picker?.dispose();
  }
}

export const verb: Verb = {
  usage: "IN ... --out picks.csv [--model own|volpick|stalta|FILE] [--threshold T] [--quakeml F]",
  options: {
    out: { type: "string" },
    model: { type: "string" },
    threshold: { type: "string" },
    quakeml: { type: "string" },
  },
  help: [
    "IN             files or folders: STEAD's HDF5, miniSEED, SAC; channels of one instrument are put together; any length",
    "--out F        table file,phase,sample,prob,time,station,model: file = data set or NET.STA.LOC.CH of the stream, sample from its",
    "               first one at its own rate, time empty where the record has no start; written whole or not at all",
    "--model M      own (default, data/weights/picker.safetensors), volpick (PhaseNet of Zhong and Tan 2024, GPL), stalta (STA/LTA and",
    "               AIC, nothing trained), or a file: .safetensors, or SeisBench's .pt beside its .json",
    "--threshold T  least probability, default .3: all local maxima at or above it that stand .5 s apart",
    "--quakeml F    the same picks as QuakeML 1.2",
    "What is damaged is named, the rest is picked, and the exit status is 1.",
  ],
  example: "geodl pick day.mseed --model stalta --out picks.csv",
  async run(call: Call) {
    const inputs = call.positionals;
    const out = stringOption(call, "out");
    if (inputs.length === 0) throw new UsageError("a file or a folder at least, got none");
    if (out === undefined) throw new UsageError("--out must name the new file, got nothing");
    const text = stringOption(call, "threshold") ?? "0.3";
    const threshold = Number(text);
    if (!(threshold > 0 && threshold <= 1))
      throw new UsageError(`--threshold must be in 0 < T <= 1, got ${text}`);
    const events = stringOption(call, "quakeml");
    const asked: Asked = {
      inputs: inputs.map((path) => resolve(path)),
      out: outFile("--out", out, inputs),
      quakeml: events === undefined ? undefined : outFile("--quakeml", events, [...inputs, out]),
      model: stringOption(call, "model") ?? "own",
      threshold,
    };
    return withInterrupt((signal) => work(asked, signal));
  },
};
