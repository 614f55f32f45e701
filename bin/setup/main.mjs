// The set-up itself: reads the options, takes the lock, makes what is missing, and says what went wrong in one line.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { environment } from "./environment.mjs";
import { acquire } from "./lock.mjs";
import { diagnose, Problem, Stopped } from "./problem.mjs";
import { progress } from "./progress.mjs";
import { places, rootOf } from "./project.mjs";
import { readStamp, removeStamp, writeStamp } from "./stamps.mjs";
import { check, status, steps } from "./steps.mjs";

const help = `node bin/setup.mjs [--only STEP] [--check] [--quiet]

Sets up what is missing, inside the project's folder only. Steps: ${steps.map((step) => step.name).join(", ")}.

  --only STEP   this step alone
  --check       say where each step stands and change nothing; exit status 1 where something is to do
  --quiet       only what goes wrong
  --help        this text

  GEODL_TF      cpu (default), gpu (with CUDA and NVIDIA's libraries, 3.3 GB), wasm (no native TensorFlow)
  GEODL_PYTHON  the Python that makes the environment, default the first of python3.13 ... python3.10, python3
  CXX           the C++ compiler, default g++, c++ or clang++

Example: node bin/setup.mjs --only build`;

function readOptions(argv) {
  const options = {
    only: { type: "string" },
    check: { type: "boolean" },
    quiet: { type: "boolean", short: "q" },
    help: { type: "boolean", short: "h" },
  };
  const { values } = parseArgs({ args: argv, options, strict: true, allowPositionals: false });
  const names = steps.map((step) => step.name);
  if (values.only !== undefined && !names.includes(values.only))
    throw new TypeError(`--only: a step is one of ${names.join(", ")}, got ${values.only}`);
  const tf = process.env.GEODL_TF;
  if (tf && !["cpu", "gpu", "wasm"].includes(tf))
    throw new TypeError(`GEODL_TF: cpu, gpu or wasm, got ${tf}`);
  return values;
}

const told = ({ state, detail, cure }) =>
  state === "done" ? detail : `${state === "todo" ? "to do" : state}: ${detail}${cure ? `; ${cure}` : ""}`;

/** Where each step stands, printed. */
function report(root, view) {
  const all = status(root);
  for (const [i, step] of all.entries()) view.pass(i + 1, step.name, told(step));
  return all.every(({ state }) => state !== "todo") ? 0 : 1;
}

async function makeStep(step, number, work, view) {
  const { place } = work;
  const line = view.begin(number, step.name);
  const stamp = readStamp(place.root, step.name);
  const began = performance.now();
  removeStamp(place.root, step.name);
  try {
    const { lack, ...made } = await step.make({ ...work, stamp, note: line.note });
    if (lack) line.end(told({ state: "lacking", ...lack }));
    else {
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      writeStamp(place.root, step.name, { inputs: step.inputs(place), seconds, ...made });
      line.end(made.detail);
    }
    return lack;
  } catch (error) {
    line.drop();
    // The old state is back; its stamp tells that it is out of date, and that it is whole.
    if (stamp && !step.missing(place, stamp)) writeStamp(place.root, step.name, stamp);
    if (error instanceof Stopped || error instanceof Problem) throw Object.assign(error, { step: step.name });
    throw Object.assign(known(error, place) ?? error, { step: step.name });
  }
}

function known(error, place) {
  const text = `${error.code ?? ""} ${error.message}`;
  return diagnose(text, { root: place.root, from: "the package registry", size: "3 GB" });
}

async function makeAll(todo, place, view, signal) {
  const onWait = ({ pid, host }) =>
    view.say(
      `waiting for another set-up of this folder (process ${pid}${host === hostname() ? "" : ` on ${host}`}) ...`,
    );
  const lock = await acquire(join(place.state, "lock"), { onWait, signal });
  const lacks = [];
  try {
    rmSync(place.tmp, { recursive: true, force: true });
    mkdirSync(place.tmp, { recursive: true });
    const work = { root: place.root, place, env: environment(place), signal, child: lock.child };
    for (const step of todo) {
      if (signal.aborted) throw new Stopped();
      const number = steps.indexOf(step) + 1;
      const { state, detail, cure } = check(step, place);
      if (state === "todo") {
        const lack = await makeStep(step, number, work, view);
        if (lack) lacks.push(lack);
      } else if (state !== "done") view.pass(number, step.name, told({ state, detail, cure }));
      if (state === "lacking") lacks.push({ detail, cure });
    }
    return lacks;
  } finally {
    rmSync(place.tmp, { recursive: true, force: true });
    lock.release();
  }
}

/** Aborts at Ctrl-C and at a request to end; a second one ends at once. */
function stopper() {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, stop);
  const release = () => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(name, stop);
  };
  return { signal: controller.signal, release };
}

/** Runs the set-up.
 *  @param {readonly string[]} argv Arguments after the file's name.
 *  @returns {Promise<number>} Exit status: 0 done, 1 failed, 2 wrong call. */
export async function main(argv) {
  let options;
  try {
    options = readOptions(argv);
  } catch (error) {
    console.error(`set-up: ${error.message}; see node bin/setup.mjs --help`);
    return 2;
  }
  if (options.help) {
    console.log(help);
    return 0;
  }
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const view = progress({ out: process.stdout, quiet: Boolean(options.quiet), total: steps.length });
  const place = places(rootOf());
  if (!existsSync(join(place.root, "package.json"))) {
    console.error(
      `set-up: ${place.root} is not the project's folder (no package.json); unset GEODL_SETUP_ROOT or correct it`,
    );
    return 1;
  }
  if (options.check) return report(place.root, view);
  const todo = steps.filter((step) => options.only === undefined || step.name === options.only);
  const before = todo.map((step) => check(step, place));
  // What a killed set-up left lying about is cleared away by the next, also where nothing else is to do.
  const isClean = !existsSync(join(place.state, "lock")) && !existsSync(place.tmp);
  if (isClean && before.every(({ state }) => state === "done" || state === "skipped")) {
    view.say(`everything is set up (${seconds()})`);
    return 0;
  }
  const { signal, release } = stopper();
  try {
    if (!isClean || before.some(({ state }) => state === "todo")) {
      const lacks = await makeAll(todo, place, view, signal);
      view.say(`set up in ${seconds()}${lacks.length > 0 ? ", without the native TensorFlow" : ""}`);
    } else
      for (const state of before)
        if (state.state === "lacking") console.error(`set-up: ${state.detail}; ${state.cure}`);
    return 0;
  } catch (error) {
    const where = error.step
      ? `[${steps.findIndex(({ name }) => name === error.step) + 1}/${steps.length}] ${error.step}: `
      : "";
    if (error instanceof Stopped)
      console.error(`set-up: ${where}stopped; the same command goes on from there`);
    else {
      const fault = error instanceof Problem ? error : known(error, place);
      console.error(`set-up: ${where}${fault ? fault.line : `a fault of its own: ${error.stack}`}`);
    }
    return 1;
  } finally {
    release();
  }
}
