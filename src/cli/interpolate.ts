// geodl interpolate: missing traces of a section, a .npy array or a SEG-Y file of any length.
import { mixedTraceBytes, type SectionFile } from "../apply/files.js";
import { filledHeader, putHeader } from "../apply/headers.js";
import { type Block, findLive, interpolateColumns, loadInterpolator } from "../apply/index.js";
import { fileSource, readNpy } from "../formats/index.js";
import { overSection } from "./section-verb.js";
import { traceList } from "./trace-list.js";
import { stringOption, UsageError, type Verb } from "./verb.js";

/** Kept traces: those of the file, or those that are neither dead nor hold NaN. */
function keptOf(source: SectionFile, file: string | undefined): Int32Array {
  if (file === undefined) {
    const live = findLive(source);
    if (live.length === 0) throw new Error("the section must hold a trace with data, got none");
    return live;
  }
  const npy = fileSource(file);
  try {
    const { data, shape } = readNpy(npy, { as: "float64" });
    if (shape.length !== 1) throw new RangeError(`--kept must hold a list of trace numbers, got [${shape}]`);
    return Int32Array.from(data, (x) => {
      if (!Number.isInteger(x) || x < 0 || x >= source.nx)
        throw new RangeError(`--kept must hold whole numbers in 0 .. ${source.nx - 1}, got ${x}`);
      return x;
    }).sort();
  } finally {
    npy.close();
  }
}

/** SEG-Y traces of a block: kept ones as they are, new ones with filled headers. */
function traceBytes(
  source: SectionFile,
  { from, section }: Block,
  kept: Int32Array,
  mask: Uint8Array,
): Uint8Array {
  const segy = source.segy!;
  const n = section.shape[1]!;
  const bytes = mixedTraceBytes(segy, section, from, (x) => mask[x] === 1);
  const stride = bytes.length / n;
  let next = 0; // first kept trace after the one in hand
  for (let i = 0; i < n; i++) {
    if (mask[from + i]) continue;
    while (next < kept.length && kept[next]! < from + i) next++;
    const header = filledHeader(segy, from + i, kept[next - 1] ?? -1, kept[next] ?? -1);
    putHeader(segy, bytes.subarray(i * stride, (i + 1) * stride), header);
  }
  return bytes;
}

export const verb: Verb = {
  usage: "IN --out OUT [--kept KEPT.npy] [--method own|linear|slopes|pocs] [--flips]",
  options: {
    out: { type: "string" },
    kept: { type: "string" },
    method: { type: "string" },
    flips: { type: "boolean" },
  },
  help: [
    "IN           .npy array [time, trace], or .sgy/.segy, its traces in the order of the file",
    "--out OUT    .npy (float32), or .sgy where IN is one; traces that are there stay bit for bit; whole or not at all",
    "--kept F     .npy with the numbers of the traces that are there, from 0; default: those that are not dead and hold no NaN",
    "--method M   linear along x, slopes (along the events), pocs (Fourier, in windows), own (a network, needs its weights);",
    "             default: own where its weights are, else slopes",
    "--flips      the network averaged over eight runs, flips and signs",
    "New SEG-Y traces keep what their header says, get the rest from their neighbours, and trace identification code 256.",
  ],
  example: "geodl interpolate line.sgy --out filled.sgy --method slopes",
  async run(call) {
    const wanted = stringOption(call, "method");
    if (wanted !== undefined && !["own", "linear", "slopes", "pocs"].includes(wanted))
      throw new UsageError(`--method must be own, linear, slopes or pocs, got ${wanted}`);
    return overSection("interpolate", call, async ({ source, out, signal, onReport, write, took }) => {
      const kept = keptOf(source, stringOption(call, "kept"));
      const mask = new Uint8Array(source.nx);
      for (const x of kept) mask[x] = 1;
      const method = await loadInterpolator(wanted, { flips: call.values.flips === true });
      try {
        const isSegy = source.segy !== undefined && !out.endsWith(".npy");
        const bytesOf = (block: Block) => traceBytes(source, block, kept, mask);
        const blocks = interpolateColumns(source, kept, method, { signal, onReport });
        await write(blocks, isSegy ? bytesOf : undefined);
        const missing = Int32Array.from({ length: source.nx }, (_, x) => x).filter((x) => !mask[x]);
        return [
          `${out}: [${source.nt}, ${source.nx}] by ${method.name}, ${took()}`,
          missing.length === 0 ? "no trace was missing" : `filled ${traceList(missing)}`,
        ];
      } finally {
        method.dispose();
      }
    });
  },
};
