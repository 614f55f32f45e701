// The command line: finds the verb, reads its options, turns what goes wrong into one line and an exit status.

import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { type Call, type Options, UsageError, type Verb } from "./verb.js";

const loaders: Readonly<Record<string, () => Promise<{ readonly verb: Verb }>>> = {
  bench: () => import("./bench.js"),
  data: () => import("./data.js"),
  denoise: () => import("./denoise.js"),
  doctor: () => import("./doctor.js"),
  experiment: () => import("./experiment.js"),
  firstbreak: () => import("./firstbreak.js"),
  interpolate: () => import("./interpolate.js"),
  invert: () => import("./invert.js"),
  kernel: () => import("./kernel.js"),
  lab: () => import("./lab.js"),
  new: () => import("./new.js"),
  notebooks: () => import("./notebooks.js"),
  pick: () => import("./pick.js"),
  propagate: () => import("./propagate.js"),
  train: () => import("./train.js"),
};

const common: Options = { help: { type: "boolean", short: "h" }, debug: { type: "boolean" } };

async function overview(): Promise<string> {
  const lines = ["geodl VERB [arguments]; geodl VERB --help says more", ""];
  for (const [name, load] of Object.entries(loaders))
    lines.push(`  ${name.padEnd(12)} ${(await load()).verb.summary}`);
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
    verb.summary,
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
    throw new UsageError((error as Error).message.split("\n")[0]);
  }
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
    console.log(await overview());
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (!load) {
    console.error(`geodl: no verb "${name}"; there are ${Object.keys(loaders).join(", ")}`);
    return 2;
  }
  const { verb } = await load();
  const isDebug = rest.includes("--debug");
  try {
    const call = parse(verb, rest);
    if (call.values.help) {
      console.log(helpOf(name, verb));
      return 0;
    }
    return await verb.run(call);
  } catch (error) {
    if (isDebug) console.error(error);
    else console.error(`geodl ${name}: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof UsageError)) return 1;
    console.error(`see: geodl ${name} --help`);
    return 2;
  }
}
