// The command line: finds the verb, reads its options, turns what goes wrong into one line and an exit status.

import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { nearest } from "../data/nearest.js";
import { type Call, type Options, UsageError, type Verb } from "./verb.js";
import { wrongOption } from "./wrong-option.js";

/** What stands in the overview, which loads none of them, and where the verb is. */
const verbs: Readonly<
  Record<string, readonly [summary: string, load: () => Promise<{ readonly verb: Verb }>]>
> = {
  bench: ["speed of this package, and of its Python peers beside it", () => import("./bench.js")],
  data: [
    "public data: what there is (list), getting it (fetch), whether it is right (verify)",
    () => import("./data.js"),
  ],
  denoise: ["take white noise off a section, .npy [nt, nx] or SEG-Y", () => import("./denoise.js")],
  doctor: [
    "what is installed, which TensorFlow, memory, kernel, data; each fault with its cure",
    () => import("./doctor.js"),
  ],
  experiment: ["tables over seeds, run side by side, resumed at will", () => import("./experiment.js")],
  firstbreak: ["first breaks of shot gathers, .npy [time, trace] or SEG-Y", () => import("./firstbreak.js")],
  grade: ["a class's notebooks: who passed which check", () => import("./grade.js")],
  interpolate: ["fill missing traces of a section, .npy [nt, nx] or SEG-Y", () => import("./interpolate.js")],
  invert: ["full-waveform inversion: a velocity model from shot records", () => import("./invert.js")],
  kernel: [
    "make the kernel known to your own Jupyter (install), or remove it (uninstall)",
    () => import("./kernel.js"),
  ],
  lab: ["JupyterLab on the course, on this machine only", () => import("./lab.js")],
  new: ["a new project with one notebook that runs at once", () => import("./new.js")],
  notebooks: ["run notebooks in fresh kernels and say which are sound", () => import("./notebooks.js")],
  "pack-offline": [
    "a folder with everything that a room without network needs",
    () => import("./pack-offline.js"),
  ],
  pick: ["P and S picks on seismograms: STEAD HDF5, miniSEED, SAC", () => import("./pick.js")],
  propagate: [
    "waves through models of 10.24 km, by the own operator or the solver",
    () => import("./propagate.js"),
  ],
  reproduce: [
    "makes all that is committed and was computed again, and lists what differs",
    () => import("./reproduce.js"),
  ],
  train: ["make the package's own weights again", () => import("./train.js")],
};

const common: Options = { help: { type: "boolean", short: "h" }, debug: { type: "boolean" } };

function overview(): string {
  const lines = ["geodl VERB [arguments]; geodl VERB --help says more", ""];
  for (const [name, [summary]] of Object.entries(verbs)) lines.push(`  ${name.padEnd(12)} ${summary}`);
  return lines.join("\n");
}

function helpOf(name: string, verb: Verb): string {
  const options = [
    ...verb.help,
    "--help     this text",
    "--debug    a stack trace where something goes wrong",
  ];
  return [
    `geodl ${name} ${verb.usage}`.trimEnd(),
    "",
    verbs[name]![0],
    "",
    ...options.map((line) => `  ${line}`),
    "",
    `Example: ${verb.example}`,
  ].join("\n");
}

/** Options that the verb does not declare, taken out of the arguments for the program behind it. */
function split(
  args: readonly string[],
  options: Options,
): { readonly known: string[]; readonly rest: string[] } {
  const known: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const name = /^--?([\w.-]+)/.exec(arg)?.[1];
    const declared =
      name !== undefined && (name in options || Object.values(options).some((o) => o.short === name));
    if (name === undefined || declared) known.push(arg);
    else {
      rest.push(arg);
      const next = args[i + 1];
      if (!arg.includes("=") && next !== undefined && !next.startsWith("-")) {
        rest.push(next);
        i++;
      }
    }
  }
  return { known, rest };
}

function parse(verb: Verb, args: readonly string[]): Call {
  const options = { ...common, ...verb.options };
  const cut = args.indexOf("--");
  const before = cut < 0 ? args : args.slice(0, cut);
  const after = cut < 0 ? [] : args.slice(cut + 1);
  const { known, rest } = verb.passesOn ? split(before, options) : { known: [...before], rest: [] };
  try {
    const { values, positionals } = parseArgs({ args: known, options, allowPositionals: true, strict: true });
    return { values: values as Call["values"], positionals, rest: [...rest, ...after] };
  } catch (error) {
    throw new UsageError(wrongOption(error as Error, options));
  }
}

/** An error in one line: the system's own in words, and no name twice. */
function said(error: unknown, name: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path = "a file" } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return `there is no file or folder ${path}`;
  if (code === "EACCES" || code === "EPERM") return `you may not read or write ${path}`;
  if (code === "ENOSPC") return "the disk is full";
  return error.message.startsWith(`${name}: `) ? error.message.slice(name.length + 2) : error.message;
}

/** A warning in one line, once, without Node's advice on its own switches; what packages say to their developers is not for users. */
function showWarnings(): void {
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => {
    if (name !== "DeprecationWarning") console.error(`geodl: warning: ${message}`);
  });
}

/** Runs `geodl` with the arguments after its name.
 *  @returns Exit status: 0 done, 1 failed, 2 wrong call. */
export async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version" || name === "-v") {
    const { version } = createRequire(import.meta.url)("../../package.json") as { readonly version: string };
    console.log(version);
    return 0;
  }
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(verbs, name) ? verbs[name]![1] : undefined;
  if (!load) {
    const names = Object.keys(verbs);
    console.error(`geodl: no verb "${name}"${nearest(name, names)}; there are ${names.join(", ")}`);
    return 2;
  }
  const { verb } = await load();
  const isDebug = rest.includes("--debug");
  if (!isDebug) showWarnings();
  try {
    const call = parse(verb, rest);
    if (call.values.help) {
      console.log(helpOf(name, verb));
      return 0;
    }
    return await verb.run(call);
  } catch (error) {
    if (isDebug) console.error(error);
    else console.error(`geodl ${name}: ${said(error, name)}`);
    if (!(error instanceof UsageError)) return 1;
    console.error(`see: geodl ${name} --help`);
    return 2;
  }
}
