// geodl denoise: white noise off a section, a .npy array or a SEG-Y file of any length.

import type { SectionFile } from "../apply/files.js";
import { denoiseColumns, loadDenoiser } from "../apply/index.js";
import { overSection } from "./section-verb.js";
import { traceList } from "./trace-list.js";
import { numberOption, stringOption, type Verb } from "./verb.js";

/** Root mean square of a section's finite samples, in its units. */
function rmsOf(source: SectionFile): number {
  let [sum, count] = [0, 0];
  for (let from = 0; from < source.nx; from += 256)
    for (const v of source.read(from, Math.min(from + 256, source.nx)).data)
      if (Number.isFinite(v)) {
        sum += v * v;
        count++;
      }
  return Math.sqrt(sum / count);
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
    const sigma = numberOption(call, "sigma", (v) => v > 0 && Number.isFinite(v), "> 0");
    const flips = call.values.flips === true;
    return overSection("denoise", call, async ({ source, out, signal, onReport, write, took }) => {
      const denoiser = await loadDenoiser(stringOption(call, "model") ?? "own");
      try {
        const given = sigma === undefined ? {} : { sigma };
        const run = denoiseColumns(source, denoiser, { flips, signal, ...given, onReport });
        await write(run.blocks);
        const peak = Math.round(process.resourceUsage().maxRSS / 1024);
        const said = [
          `${out}: [${source.nt}, ${source.nx}] by ${denoiser.name}${flips ? ", 8 flips and signs" : ""}, ` +
            `sigma ${Number(run.sigma.toPrecision(4))} (${sigma === undefined ? "estimated" : "given"}), ${took()}, peak ${peak} MB`,
        ];
        if (run.faulty.length > 0)
          said.push(
            `left as they are, for they are dead or hold NaN: ${traceList(run.faulty)}; geodl interpolate fills them`,
          );
        const rms = sigma === undefined ? undefined : rmsOf(source);
        if (rms !== undefined && sigma! > rms)
          said.push(
            `sigma is larger than the section's own root mean square, ${Number(rms.toPrecision(4))}: little but a blur is left; was it meant in other units?`,
          );
        return said;
      } finally {
        denoiser.dispose();
      }
    });
  },
};
