// geodl bench: how fast this machine does what the peers do, side by side.
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./paths.js";
import { pngOf } from "./png.js";
import { stringOption, UsageError, type Verb } from "./verb.js";

/** The fields that the table shows; the JSON line has more. */
interface Result {
  readonly name: string;
  readonly value: number;
  readonly value_by_cpu: number;
  readonly unit: string;
  readonly higher_is_better: boolean;
  readonly cores: number;
  /** Ours only: the peer's case. */
  readonly peer?: string;
}

/** Runs a program and reads the JSON line that it prints. */
function jsonLine(command: string, args: readonly string[], threads: number): Promise<Result> {
  const count = String(threads);
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: count, OMP_NUM_THREADS: count };
  const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let error = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (error += text.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      const line = out.split("\n").find((text) => text.startsWith("{"));
      if (status === 0 && line) resolve(JSON.parse(line) as Result);
      else
        reject(
          new Error(
            `${args.join(" ")} must print a result, got ${error.trim().split("\n").at(-1) ?? status}`,
          ),
        );
    });
  });
}

function whole(text: string | undefined, name: string, fallback: number): number {
  const n = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(n) || n < 1)
    throw new UsageError(`--${name} must be a whole number >= 1, got ${text}`);
  return n;
}

/** Ratio of ours to theirs, above 1 where ours is better; of one thread by CPU time, which other work does not disturb. */
function ratio(ours: Result, theirs: Result, threads: number): number {
  const field = threads === 1 ? "value_by_cpu" : "value";
  return ours.higher_is_better ? ours[field] / theirs[field] : theirs[field] / ours[field];
}

export const verb: Verb = {
  summary: "speed of this package, and of its Python peers beside it",
  usage:
    "[CASE ...] [--peers] [--threads N] [--repeats N] [--budget S] [--out F] | growth [--chart F] [--out F]",
  options: {
    peers: { type: "boolean" },
    threads: { type: "string" },
    repeats: { type: "string" },
    budget: { type: "string" },
    out: { type: "string" },
    chart: { type: "string" },
  },
  help: [
    "CASE         as in test/peers/README.md; default all that are in bench/",
    "--peers      each case with its peer right after it (test/peers/setup.sh makes the environment)",
    "--threads N  default all cores; with 1 the ratio is taken of CPU seconds",
    "--repeats N  runs a case, default 7",
    "--budget S   seconds of runs a case, default 12",
    "--out F      also append the results to F, a JSON line each",
    "growth       what a simulation costs against the size of its grid and the number of its steps",
    "--chart F    of growth: a PNG of it",
  ],
  example: "geodl bench dncnn-train --peers --threads 1",
  async run(call) {
    const out = stringOption(call, "out");
    const note = (result: object) => out !== undefined && appendFileSync(out, `${JSON.stringify(result)}\n`);
    if (call.positionals[0] === "growth") {
      if (call.positionals.length > 1) throw new UsageError("growth goes alone, got other cases with it");
      const { growth } = await import("./bench-growth.js");
      const figure = growth(note);
      const chart = stringOption(call, "chart");
      if (chart !== undefined) writeFileSync(chart, await pngOf(figure));
      return 0;
    }
    const known = readdirSync(join(root, "bench"))
      .filter((file) => file.endsWith(".ts") && !["harness.ts", "marmousi.ts", "sections.ts"].includes(file))
      .map((file) => file.slice(0, -3));
    const cases = call.positionals.length > 0 ? call.positionals : known;
    for (const name of cases)
      if (!known.includes(name))
        throw new UsageError(`a case must be one of ${known.join(", ")}, got ${name}`);
    const threads = whole(stringOption(call, "threads"), "threads", availableParallelism());
    const repeats = whole(stringOption(call, "repeats"), "repeats", 7);
    const budget = whole(stringOption(call, "budget"), "budget", 12);
    const python = join(root, ".venv-peers", "bin", "python");
    if (call.values.peers && !existsSync(python))
      throw new Error("the peers' environment must be there, got none; run: bash test/peers/setup.sh");
    const script = fileURLToPath(new URL("./bench-case.js", import.meta.url));
    const show = (who: string, r: Result) =>
      `${who} ${r.value} ${r.unit} (${r.value_by_cpu} by CPU, ${r.cores} cores)`;
    for (const name of cases) {
      const ours = await jsonLine(process.execPath, [script, name, `${repeats}`, `${budget}`], threads);
      note({ ...ours, who: "geodl" });
      let line = `${name.padEnd(16)} ${show("geodl", ours)}`;
      if (call.values.peers) {
        const args = [
          "test/peers/bench.py",
          ours.peer ?? name,
          `--threads=${threads}`,
          `--repeats=${repeats}`,
          `--budget=${budget}`,
        ];
        const theirs = await jsonLine(python, args, threads);
        const times = ratio(ours, theirs, threads);
        note({ ...theirs, who: "peer", ratio: times });
        line += `  ${show("peer", theirs)}  ratio ${times.toFixed(2)}`;
      }
      console.log(line);
    }
    return 0;
  },
};
