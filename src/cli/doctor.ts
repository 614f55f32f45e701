// geodl doctor: what is installed and found, and for each fault its cure.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { catalog, locate } from "../data/index.js";
import { python, root, setUpCommand } from "./paths.js";
import type { Verb } from "./verb.js";

/** A line of the report. */
interface Finding {
  readonly name: string;
  readonly state: "ok" | "warning" | "fault";
  readonly detail: string;
  readonly cure?: string;
}

const GB = 1e9;

function node({ nodeProblem }: SetUp): Finding {
  const detail = `${process.version}, ${process.execPath}`;
  return nodeProblem(process.version) === null
    ? { name: "Node", state: "ok", detail }
    : { name: "Node", state: "fault", detail, cure: "install Node 20.19 or newer" };
}

function pythonEnvironment(): Finding {
  try {
    const code =
      "import sys, importlib.metadata as m; print(sys.version.split()[0], *(n + ' ' + m.version(n) for n in ('jupyterlab', 'nbclient', 'plotly', 'anywidget')), sep=', ')";
    const done = spawnSync(python(), ["-c", code], { encoding: "utf8" });
    if (done.status === 0) return { name: "Python", state: "ok", detail: done.stdout.trim() };
    const last = done.stderr.trim().split("\n").at(-1) ?? "";
    return { name: "Python", state: "fault", detail: last, cure: setUpCommand() };
  } catch (error) {
    return { name: "Python", state: "fault", detail: (error as Error).message, cure: setUpCommand() };
  }
}

/** TensorFlow is loaded in another process, for a broken library may end it. */
function tensorflow(): Finding {
  const url = pathToFileURL(join(root, "dist", "tensor", "index.js")).href;
  const code = `import(${JSON.stringify(url)}).then(async ({ ready }) => {
    const start = performance.now();
    const { backend, version, threads, why } = await ready();
    console.log(JSON.stringify({ backend, version, threads, why, ms: Math.round(performance.now() - start), mb: Math.round(process.memoryUsage.rss() / 1e6) }));
  })`;
  const done = spawnSync(process.execPath, ["-e", code], { encoding: "utf8", timeout: 60_000 });
  const line = done.stdout.split("\n").find((text) => text.startsWith("{"));
  if (done.status !== 0 || !line) {
    const detail = done.stderr.trim().split("\n").at(-1) || `ended with ${done.signal ?? done.status}`;
    return { name: "TensorFlow", state: "fault", detail, cure: setUpCommand() };
  }
  const found = JSON.parse(line) as Readonly<
    Record<"backend" | "version" | "threads" | "why" | "ms" | "mb", string>
  >;
  const detail = `${found.version}, ${found.backend} backend, ${found.threads} threads, loaded in ${found.ms} ms, ${found.mb} MB`;
  if (found.backend !== "wasm" || process.env.GEODL_TF === "wasm")
    return { name: "TensorFlow", state: "ok", detail };
  return {
    name: "TensorFlow",
    state: "warning",
    detail: `${detail}; ${found.why}`,
    cure: setUpCommand(),
  };
}

function kernelspec(): Finding {
  const file = join(root, ".venv", "share", "jupyter", "kernels", "geodl", "kernel.json");
  const cure = setUpCommand();
  if (!existsSync(file)) return { name: "kernel", state: "fault", detail: "no kernelspec in .venv", cure };
  const { argv } = JSON.parse(readFileSync(file, "utf8")) as { readonly argv: readonly string[] };
  const missing = argv.filter((arg) => /[\\/]/.test(arg) && !existsSync(arg));
  if (missing.length > 0)
    return {
      name: "kernel",
      state: "fault",
      detail: `kernelspec names ${missing[0]}, which is not there`,
      cure,
    };
  return { name: "kernel", state: "ok", detail: "TypeScript (geodl) in .venv" };
}

function memory(): Finding {
  const detail = `${(freemem() / GB).toFixed(1)} GB free of ${(totalmem() / GB).toFixed(1)} GB`;
  return totalmem() >= 3.5 * GB
    ? { name: "memory", state: "ok", detail }
    : { name: "memory", state: "warning", detail, cure: "notebooks take up to 1.8 GB; close other programs" };
}

function disk(): Finding {
  const { bavail, bsize } = statfsSync(root);
  const detail = `${((bavail * bsize) / GB).toFixed(1)} GB free`;
  return bavail * bsize >= GB
    ? { name: "disk", state: "ok", detail }
    : { name: "disk", state: "warning", detail, cure: "free at least 1 GB" };
}

function processor(): Finding {
  return {
    name: "processor",
    state: "ok",
    detail: `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} threads`,
  };
}

function data(): Finding {
  const folder = process.env.GEODL_DATA;
  const names = [...catalog().keys()];
  const found = names.filter((name) => locate(name) !== undefined);
  if (!folder && found.length === 0)
    return {
      name: "data",
      state: "warning",
      detail: "GEODL_DATA is not set and nothing is downloaded; notebooks fall back to generated records",
      cure: "geodl data fetch NAME (geodl data list shows names), or set GEODL_DATA to a folder that holds them",
    };
  if (folder && !existsSync(folder))
    return {
      name: "data",
      state: "fault",
      detail: `GEODL_DATA names ${folder}, which is not there`,
      cure: "correct it",
    };
  return {
    name: "data",
    state: "ok",
    detail: `${found.length} of ${names.length} catalogued files${folder ? `, GEODL_DATA ${folder}` : ""}`,
  };
}

function graphics(): Finding | undefined {
  if (!existsSync("/proc/driver/nvidia/version")) return undefined;
  if (process.env.GEODL_TF === "gpu")
    return { name: "graphics", state: "ok", detail: "NVIDIA driver, GEODL_TF=gpu" };
  return {
    name: "graphics",
    state: "warning",
    detail: "an NVIDIA driver is here, TensorFlow uses the processor",
    cure: `GEODL_TF=gpu ${setUpCommand()}, and the same variable when you run`,
  };
}

interface Step {
  readonly name: string;
  readonly state: "done" | "todo" | "skipped" | "lacking";
  readonly detail: string;
  readonly cure?: string;
}

/** What set-up lends, which is no part of the build. */
interface SetUp {
  nodeProblem(version: string): string | null;
  status(root: string): readonly Step[];
}

/** What set-up itself says of its steps. */
function setUp({ status }: SetUp): Finding {
  const open = status(root).filter(({ state }) => state === "todo" || state === "lacking");
  if (open.length === 0) return { name: "set-up", state: "ok", detail: "every step done" };
  const detail = open.map((step) => `${step.name}: ${step.detail}`).join("; ");
  return { name: "set-up", state: "warning", detail, cure: open[0]!.cure ?? setUpCommand() };
}

async function findings(): Promise<Finding[]> {
  const lent = (await import(new URL("../../bin/setup/index.mjs", import.meta.url).href)) as SetUp;
  const all = [
    node(lent),
    processor(),
    memory(),
    disk(),
    setUp(lent),
    pythonEnvironment(),
    tensorflow(),
    graphics(),
    kernelspec(),
    data(),
  ];
  return all.filter((finding) => finding !== undefined);
}

export const verb: Verb = {
  usage: "[--json]",
  options: { json: { type: "boolean" } },
  help: ["--json     the same as JSON"],
  example: "geodl doctor",
  async run(call) {
    const report = await findings();
    if (call.values.json) console.log(JSON.stringify(report, null, 2));
    else
      for (const { name, state, detail, cure } of report) {
        console.log(`${state.padEnd(7)}  ${name.padEnd(10)}  ${detail}`);
        if (state !== "ok" && cure) console.log(`${" ".repeat(21)}cure: ${cure}`);
      }
    return report.some(({ state }) => state === "fault") ? 1 : 0;
  },
};
