// geodl bench: how fast this machine does what the peers do, side by side.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { alone, beside, type Compared, type Effort, python } from "./bench-compare.js";
import { root } from "./paths.js";
import { pngOf } from "./png.js";
import { stringOption, UsageError, type Verb } from "./verb.js";

function whole(text: string | undefined, name: string, fallback: number): number {
  const n = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(n) || n < 1)
    throw new UsageError(`--${name} must be a whole number >= 1, got ${text}`);
  return n;
}

/** The cases: the files of bench/ that export one. */
function cases(): string[] {
  return readdirSync(join(root, "bench"))
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => /^export const bench\b/m.test(readFileSync(join(root, "bench", file), "utf8")))
    .map((file) => file.slice(0, -3));
}

/** What the figures hold for. */
const machine = () => ({
  processor: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform}-${process.arch}`,
  node: process.versions.node,
});

const widths = [26, 13, 13, 16, 20, 12, 14, 9];
const row = (cells: readonly string[]) =>
  cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join(" ")
    .trimEnd();

function line(c: Compared): string {
  const slow = c.cores.some((cores) => cores < 0.85 * Math.min(1, c.threads));
  return row([
    c.case,
    String(c.ours),
    c.peer === undefined ? "" : String(c.peer),
    c.unit,
    c.ratio === undefined
      ? ""
      : `${c.ratio.toFixed(2)} ${c.low === undefined ? "" : `[${c.low.toFixed(2)}, ${c.high!.toFixed(2)}]`}`,
    c.cores.join(" / "),
    c.memory.join(" / "),
    c.difference === undefined ? "" : String(c.difference),
    slow ? "noisy: the cores were not free" : "",
  ]);
}

export const verb: Verb = {
  usage:
    "[CASE ...] [--peers] [--threads N] [--repeats N] [--budget S] [--limit S] [--out F.json] | growth [--chart F] [--out F.json]",
  options: {
    peers: { type: "boolean" },
    threads: { type: "string" },
    repeats: { type: "string" },
    budget: { type: "string" },
    limit: { type: "string" },
    out: { type: "string" },
    chart: { type: "string" },
  },
  help: [
    "CASE         a file of bench/; default all of them",
    "--peers      each case and its peer in turn, until the 95 % interval of the ratio is within 5 % (test/peers/setup.sh makes the environment)",
    "--threads N  default all cores; with 1 figures are of CPU seconds",
    "--repeats N  runs a turn, default 7",
    "--budget S   seconds of runs a turn, default 4",
    "--limit S    seconds a case, default 120",
    "--out F      the machine and all figures as JSON",
    "growth       what work costs against its size: simulations, picking, training, dictionaries, files, figures",
    "--chart F    of growth: a PNG of it",
  ],
  example: "geodl bench dncnn-train --peers --threads 1",
  async run(call) {
    const out = stringOption(call, "out");
    const write = (results: readonly object[]) =>
      out !== undefined &&
      writeFileSync(out, `${JSON.stringify({ machine: machine(), cases: results }, null, 1)}\n`);
    if (call.positionals[0] === "growth") {
      if (call.positionals.length > 1) throw new UsageError("growth goes alone, got other cases with it");
      const { growth } = await import("./bench-growth.js");
      const results: object[] = [];
      const figure = growth((result) => results.push(result));
      write(results);
      const chart = stringOption(call, "chart");
      if (chart !== undefined) writeFileSync(chart, await pngOf(figure));
      return 0;
    }
    const known = cases();
    const asked = call.positionals.length > 0 ? call.positionals : known;
    for (const name of asked)
      if (!known.includes(name))
        throw new UsageError(`a case must be one of ${known.join(", ")}, got ${name}`);
    const effort: Effort = {
      threads: whole(stringOption(call, "threads"), "threads", availableParallelism()),
      repeats: whole(stringOption(call, "repeats"), "repeats", 7),
      budget: whole(stringOption(call, "budget"), "budget", 4),
      limit: whole(stringOption(call, "limit"), "limit", 120),
    };
    if (call.values.peers && !existsSync(python))
      throw new Error("the peers' environment must be there, got none; run: bash test/peers/setup.sh");
    console.log(
      row(["case", "geodl", "peer", "unit", "ratio [95 %]", "cores busy", "memory, MB", "differ by"]),
    );
    const results: Compared[] = [];
    let isSound = true;
    for (const name of asked) {
      try {
        const result = await (call.values.peers ? beside : alone)(name, effort);
        results.push(result);
        console.log(line(result));
      } catch (error) {
        isSound = false;
        console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      write(results);
    }
    return isSound ? 0 : 1;
  },
};
