// geodl reproduce: makes everything that a program made again, aside, and says what differs from what is committed.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { interrupted, withInterrupt } from "./interrupt.js";
import { root } from "./paths.js";
import { type Difference, difference } from "./reproduce-compare.js";
import { type Item, reproducible, type Step } from "./reproduce-items.js";
import { durationText } from "./status-line.js";
import { type Call, numberOption, UsageError, type Verb } from "./verb.js";
import { writeWhole } from "./whole-file.js";

/** Everything lands here, laid out like the project's folder; nothing else is written. */
const made = join(root, ".cache", "reproduce");
const doneFile = join(made, "done.json");
const typedOf = ({ program, typed }: Step): string =>
  `${program === "geodl" ? "geodl" : ".venv-peers/bin/python"} ${typed.join(" ")}`;

/** Seconds that each finished item took. */
type Done = Readonly<Record<string, number>>;

const readDone = (): Done =>
  existsSync(doneFile) ? (JSON.parse(readFileSync(doneFile, "utf8")) as Done) : {};

const writeDone = (done: Done): void => writeWhole(doneFile, JSON.stringify(done));

/** Items that the names stand for: an item, or all below a folder such as "golden". */
function chosen(items: readonly Item[], wanted: readonly string[]): readonly Item[] {
  for (const name of wanted)
    if (!items.some((item) => item.name === name || item.name.startsWith(`${name}/`)))
      throw new UsageError(`there is no item ${name}; reproduce --list names them`);
  return items.filter(
    ({ name }) => wanted.length === 0 || wanted.some((each) => name === each || name.startsWith(`${each}/`)),
  );
}

function list(items: readonly Item[]): void {
  for (const { name, minutes, steps } of items) {
    console.log(`${name.padEnd(24)} ${minutes < 1 ? "<1" : Math.round(minutes)} min`);
    for (const step of steps) console.log(`    ${typedOf(step)}`);
  }
  const all = items.reduce((sum, { minutes }) => sum + minutes, 0);
  console.log(`${items.length} items, about ${durationText(60 * all)} on two cores`);
}

/** Runs a step; its output goes to a file.
 *  @returns Undefined when it ended well, else its last words. */
async function runStep(
  step: Step,
  log: string,
  jobs: number | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const python = join(root, ".venv-peers", "bin", "python");
  if (step.program === "peers" && !existsSync(python))
    return "needs .venv-peers, which test/peers/setup.sh makes";
  let args: readonly string[];
  try {
    args = await step.args(made, jobs);
  } catch (error) {
    return (error as Error).message;
  }
  const [program, whole, cwd] =
    step.program === "peers"
      ? [python, args, made]
      : [process.execPath, [join(root, "bin", "geodl.mjs"), ...args], root];
  const handle = openSync(log, "a");
  // trainings are committed as one thread computes them
  const env = { TF_NUM_INTRAOP_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1", ...process.env };
  const code = await new Promise<number | string>((resolve) => {
    const child = spawn(program, whole, { cwd, env, stdio: ["ignore", handle, handle] });
    const stop = () => void child.kill("SIGTERM");
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (status, by) => {
      signal.removeEventListener("abort", stop);
      resolve(status ?? `ended by ${by}`);
    });
  });
  closeSync(handle);
  if (code === 0) return undefined;
  const said = readFileSync(log, "utf8").trimEnd().split("\n").at(-1)!.trim();
  return said === "" ? String(code) : said;
}

/** Makes an item's files.
 *  @returns Undefined when they are there, else why not. */
async function make(item: Item, jobs: number | undefined, signal: AbortSignal): Promise<string | undefined> {
  item.prepare?.(made);
  for (const file of item.files) mkdirSync(dirname(join(made, file)), { recursive: true });
  const log = join(made, "logs", `${item.name.replaceAll("/", "-")}.txt`);
  mkdirSync(dirname(log), { recursive: true });
  rmSync(log, { force: true });
  for (const step of item.steps) {
    const fault = await runStep(step, log, jobs, signal);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Where a notebook's header picture stands: it must be one of the pictures that the notebook drew. */
function ofPicture(item: Item, file: string): Difference {
  const picture = readFileSync(join(root, file)).toString("base64");
  const notebook = readFileSync(join(made, item.files[0]!), "utf8").replaceAll("\\n", "");
  const isThere = notebook.includes(picture);
  return isThere
    ? { by: 0, about: "" }
    : { by: Number.POSITIVE_INFINITY, about: "is none of the notebook's pictures" };
}

/** Compares what was made of an item.
 *  @returns A line for each file that is not the same. */
function differences(item: Item): readonly string[] {
  return item.files.flatMap((file) => {
    const isPicture = file.startsWith(join("notebooks", "images"));
    if (!existsSync(join(made, isPicture ? item.files[0]! : file))) return [`    ${file} was not made`];
    const { by, about } = isPicture ? ofPicture(item, file) : difference(join(root, file), join(made, file));
    if (by === 0 || item.varies?.[file] !== undefined) return [];
    return [`    ${basename(file)}: ${about}${Number.isFinite(by) ? ` (by ${by.toPrecision(2)})` : ""}`];
  });
}

async function run(call: Call): Promise<number> {
  const items = chosen(reproducible(root), call.positionals);
  if (call.values.list) {
    list(items);
    return 0;
  }
  const [limit, jobs] = ["limit", "jobs"].map((name) => numberOption(call, name, (v) => v > 0, "> 0"));
  mkdirSync(made, { recursive: true });
  if (call.values.anew) {
    const wanted = new Set(items.map(({ name }) => name));
    for (const file of items.flatMap(({ files }) => files)) {
      rmSync(join(made, file), { force: true });
      rmSync(join(made, `${file}.checkpoint`), { force: true });
    }
    writeDone(Object.fromEntries(Object.entries(readDone()).filter(([name]) => !wanted.has(name))));
  }
  let differing = 0;
  let unmade = 0;
  const end = await withInterrupt(async (signal) => {
    for (const item of items) {
      if (signal.aborted) return interrupted;
      const done = readDone();
      if (done[item.name] === undefined) {
        const start = performance.now();
        const signals = limit === undefined ? [] : [AbortSignal.timeout(60_000 * limit)];
        const fault = await make(item, jobs, AbortSignal.any([signal, ...signals]));
        if (signal.aborted) return interrupted;
        if (fault !== undefined) {
          unmade++;
          const isLate = signals.some(({ aborted }) => aborted);
          console.log(`not made ${item.name.padEnd(24)} ${isLate ? `within ${limit} min: ` : ""}${fault}`);
          // of a journal, say what is there
          for (const line of differences(item)) console.log(line);
          continue;
        }
        writeDone({ ...readDone(), [item.name]: (performance.now() - start) / 1000 });
      }
      const lines = differences(item);
      const took = durationText(readDone()[item.name]!);
      console.log(
        `${lines.length === 0 ? "same    " : "differs "} ${item.name.padEnd(24)} ${item.files.length} files, ${took}`,
      );
      for (const line of lines) console.log(line);
      for (const file of item.files)
        if (item.varies?.[file]) console.log(`    ${basename(file)} is not compared: ${item.varies[file]}`);
      differing += lines.length;
    }
    return 0;
  });
  if (end === interrupted) {
    console.error("geodl reproduce: interrupted; the same command goes on");
    return interrupted;
  }
  console.log(`${items.length} items: ${differing} files differ, ${unmade} items not made`);
  return unmade > 0 ? 1 : 0;
}

export const verb: Verb = {
  usage: "[ITEM ...] [--list] [--anew] [--limit MIN] [--jobs N]",
  options: {
    list: { type: "boolean" },
    anew: { type: "boolean" },
    limit: { type: "string" },
    jobs: { type: "string" },
  },
  help: [
    "ITEM         for example golden, golden/nn, experiments/pocs, notebooks/03, weights/fno; default: all, a night",
    "--list       say each item with the commands that make it and the expected minutes, run nothing",
    "--anew       make again also what an earlier call has made",
    "--limit MIN  leave an item after so many minutes; the next call goes on with it",
    "--jobs N     processes side by side for an experiment; default one a core",
    "Files land in .cache/reproduce; nothing that is committed is written. Killed and called again, it goes on where it was.",
    "Golden files need test/peers/setup.sh; most items need GEODL_DATA, golden/picks the scorers in scoring/ beside it.",
  ],
  example: "geodl reproduce experiments/pocs",
  run,
};
