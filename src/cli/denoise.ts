// geodl denoise: white noise off a section, a .npy array or a SEG-Y file of any length.
import { resolve } from "node:path";
import { createSection, openSection, requireSectionName } from "../apply/files.js";
import { denoiseColumns, loadDenoiser } from "../apply/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { durationText, shareText, statusLine } from "./status-line.js";
import { traceList } from "./trace-list.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";

async function work(call: Call, input: string, out: string, signal: AbortSignal): Promise<number> {
  const sigmaText = stringOption(call, "sigma");
  const sigma = sigmaText === undefined ? undefined : Number(sigmaText);
  if (sigma !== undefined && !(sigma > 0 && Number.isFinite(sigma)))
    throw new UsageError(`--sigma must be > 0, got ${sigmaText}`);
  const flips = call.values.flips === true;
  const start = performance.now();
  const line = statusLine();
  const source = openSection(input);
  try {
    const denoiser = await loadDenoiser(stringOption(call, "model") ?? "own");
    try {
      const writer = createSection(out, source);
      try {
        const run = denoiseColumns(source, denoiser, {
          flips,
          signal,
          ...(sigma === undefined ? {} : { sigma }),
          onReport: (share) => line.update(share, shareText("denoise", share, start)),
        });
        for await (const { section } of run.blocks) writer.add(section);
        writer.finish();
        line.end();
        const took = durationText((performance.now() - start) / 1000);
        const peak = Math.round(process.resourceUsage().maxRSS / 1024);
        console.log(
          `${out}: [${source.nt}, ${source.nx}] by ${denoiser.name}${flips ? ", 8 flips and signs" : ""}, ` +
            `sigma ${Number(run.sigma.toPrecision(4))} (${sigma === undefined ? "estimated" : "given"}), ${took}, peak ${peak} MB`,
        );
        if (run.faulty.length > 0)
          console.log(
            `left as they are, for they are dead or hold NaN: ${traceList(run.faulty)}; geodl interpolate fills them`,
          );
        return 0;
      } finally {
        writer.abandon();
      }
    } finally {
      denoiser.dispose();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error("geodl denoise: interrupted, nothing was written");
    return interrupted;
  } finally {
    line.end();
    source.close();
  }
}

export const verb: Verb = {
  usage: "IN --out OUT [--model own|FILE|dct] [--sigma S] [--flips]",
  options: {
    out: { type: "string" },
    model: { type: "string" },
    sigma: { type: "string" },
    flips: { type: "boolean" },
  },
  help: [
    "IN         .npy array [time, trace], or .sgy/.segy, its traces in the order of the file",
    "--out OUT  .npy (float32), or .sgy where IN is one: headers byte for byte, the same sample format; whole or not at all",
    "--model M  own (default), dct (cosine transform, nothing trained), or a file: .safetensors, or KAIR's DnCNN as .pth",
    "--sigma S  standard deviation of the noise in the data's units; default: estimated from the finest details",
    "--flips    averages eight runs over flips and signs: some tenths of a dB for eight times the time",
  ],
  example: "geodl denoise line.sgy --out clean.sgy --model dct",
  async run(call) {
    const [input, ...more] = call.positionals;
    const out = stringOption(call, "out");
    if (input === undefined || more.length > 0)
      throw new UsageError(`one section, got ${call.positionals.length}`);
    if (out === undefined) throw new UsageError("--out must name the new file, got nothing");
    try {
      for (const path of [input, out]) requireSectionName(path);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    return withInterrupt((signal) => work(call, resolve(input), resolve(out), signal));
  },
};
