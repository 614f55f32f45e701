// Step addon: TensorFlow.js' native addon, compiled from the sources in its npm package against the libraries in .tf.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { delimiter, dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ChildError, run } from "./child.mjs";
import { diagnose, Problem } from "./problem.mjs";
import { noNative, wasmCost } from "./project.mjs";
import { hash, hashFile, hashFolder, readStamp, writeStamp } from "./stamps.mjs";
import { libraries, madeFrom } from "./tensorflow.mjs";

const compilers = ["g++", "c++", "clang++"];
const quiet = fileURLToPath(new URL("../native/quiet.cc", import.meta.url));
const sources = ["tfjs_backend", "tfjs_binding"];
const flags = ["-std=c++17", "-O2", "-fPIC", "-DNAPI_VERSION=8"];
// Found from .tf, where the addon lies, and from the npm package, into which it is linked.
const rpath = ["-Wl,-rpath,$ORIGIN/tensorflow", "-Wl,-rpath,$ORIGIN/../../deps/lib"];

const installCompiler = "`apt install g++` (or your system's C++ compiler), then run the same command again";

/** The first C++ compiler on PATH: CXX, g++, c++, clang++; undefined where there is none. */
export function findCompiler(env = process.env) {
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const all = [env.CXX, ...compilers].filter(Boolean);
  return all
    .flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))))
    .find((path) => existsSync(path));
}

const headers = ({ modules }) => join(modules, "node-api-headers", "include");

function inputs(place) {
  return {
    "the addon's sources": hashFolder(join(place.addonPackage, "binding")),
    "Node's headers": hashFile(join(place.modules, "node-api-headers", "package.json")),
    "quiet.cc": hashFile(quiet),
    flags: hash([...flags, ...rpath].join(" ")),
    TensorFlow: hash(madeFrom(place.root)),
  };
}

/** What is linked into the npm package, where its own install script would have put it. */
function links({ addonPackage, addon, tf }) {
  return [
    [join(addonPackage, "lib", "napi-v8", "tfjs_binding.node"), addon],
    ...libraries.map((name) => [join(addonPackage, "deps", "lib", name), join(tf, "tensorflow", name)]),
  ];
}

function isLinked([link, target]) {
  try {
    return realpathSync(link) === realpathSync(target);
  } catch {
    return false;
  }
}

/** Links by a relative path, so that the folder can be moved. */
function linkAll(place) {
  for (const [link, target] of links(place)) {
    mkdirSync(dirname(link), { recursive: true });
    rmSync(`${link}.new`, { force: true });
    symlinkSync(relative(realpathSync(dirname(link)), target), `${link}.new`);
    if (lstatSync(link, { throwIfNoEntry: false })?.isDirectory()) rmSync(link, { recursive: true });
    renameSync(`${link}.new`, link);
  }
}

/** Whether quiet.cc links with this TensorFlow: its namespace holds a version. */
async function isQuietPossible(work, compiler, folder, libs) {
  const args = ["-shared", ...flags, quiet, "-o", join(folder, "quiet.so"), ...libs, "-Wl,-z,defs"];
  try {
    await run(work, compiler, args);
    return true;
  } catch (error) {
    if (error instanceof ChildError && !/No space left/.test(error.output)) return false;
    throw error;
  }
}

async function compile(work, compiler, folder) {
  const { addonPackage, tf } = work.place;
  const libs = libraries.map((name) => join(tf, "tensorflow", name));
  const include = [headers(work.place), addonPackage, join(tf, "tensorflow", "include")].flatMap((dir) => [
    "-I",
    dir,
  ]);
  const objects = sources.map((name) => join(folder, `${name}.o`));
  const compileOne = (name, i) =>
    run(work, compiler, [
      ...flags,
      ...include,
      "-c",
      join(addonPackage, "binding", `${name}.cc`),
      "-o",
      objects[i],
    ]);
  // All are waited for, so that a fault in one leaves none of them running.
  const results = await Promise.allSettled([
    ...sources.map(compileOne),
    isQuietPossible(work, compiler, folder, libs),
  ]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  const isQuiet = results.at(-1).value;
  const made = join(folder, "tfjs_binding.node");
  const silencer = isQuiet ? [quiet, "-Wl,-z,initfirst"] : [];
  await run(work, compiler, ["-shared", ...flags, ...objects, ...silencer, "-o", made, ...libs, ...rpath]);
  return { made, isQuiet };
}

/** Loads the addon in a process of its own: one that compiles may still not start, e.g. with too old a C library. */
async function tryOut(work) {
  await run(
    work,
    process.execPath,
    ["-e", "process.dlopen({ exports: {} }, process.argv[1])", work.place.addon],
    {
      env: { TF_CPP_MIN_LOG_LEVEL: "3", NODE_OPTIONS: "" },
    },
  );
}

/** Whether the addon of before needs only to be linked: after a new npm ci, or in a copy of the folder, with or without a compiler. */
function isKept(place) {
  const stamp = readStamp(place.root, "addon-kept");
  return existsSync(place.addon) && JSON.stringify(stamp?.inputs) === JSON.stringify(inputs(place));
}

const lackOf = (why, cure) => ({ detail: `${why}: ${wasmCost}`, cure });

export const addon = {
  name: "addon",
  skip: () => noNative(),
  inputs: (place) => inputs(place),
  /** Why there is no addon and trying again would not help, with the cure. */
  lack(place) {
    if (isKept(place)) return undefined;
    const stamp = readStamp(place.root, "addon-failed");
    if (!findCompiler()) return lackOf("no C++ compiler is found", installCompiler);
    const now = JSON.stringify([inputs(place), findCompiler()]);
    return stamp?.inputs?.tried === hash(now)
      ? lackOf(stamp.why, "mend that and delete .setup/stamps/addon-failed.json")
      : undefined;
  },
  missing(place) {
    if (!existsSync(place.addon)) return place.addon;
    return links(place).find((pair) => !isLinked(pair))?.[0];
  },
  async make(work) {
    const { place } = work;
    const now = inputs(place);
    if (isKept(place)) {
      linkAll(place);
      return { detail: `${readStamp(place.root, "addon-kept").detail}, linked again` };
    }
    const lacking = sources
      .map((name) => join(place.addonPackage, "binding", `${name}.cc`))
      .find((path) => !existsSync(path));
    if (lacking)
      throw new Problem(`${lacking} is missing`, "delete node_modules and run the same command again");
    const compiler = findCompiler();
    const folder = mkdtempSync(join(place.tmp, "addon-"));
    work.note(`compiling with ${compiler}`);
    try {
      const { made, isQuiet } = await compile(work, compiler, folder);
      renameSync(made, place.addon);
      linkAll(place);
      await tryOut(work);
      const detail = `compiled with ${compiler}${isQuiet ? "" : ", without quiet.cc (another absl)"}`;
      writeStamp(place.root, "addon-kept", { inputs: now, detail });
      return { detail };
    } catch (error) {
      if (!(error instanceof ChildError)) throw error;
      rmSync(place.addon, { force: true });
      const fault = diagnose(error.output, { root: place.root, from: "the compiler", size: "100 MB" });
      if (fault) throw fault;
      const why = `the addon cannot be built here (${error.gist})`;
      writeStamp(place.root, "addon-failed", {
        inputs: { tried: hash(JSON.stringify([now, compiler])) },
        why,
      });
      return { lack: lackOf(why, "mend that and delete .setup/stamps/addon-failed.json") };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
