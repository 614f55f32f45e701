// Is TensorFlow's native addon usable here? Looked at before it is loaded, so that a fault is one line and not a crash.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, freemem } from "node:os";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** TensorFlow's version that the addon is compiled against and tested with. */
const testedVersion = "2.21";
/** Memory that loading TensorFlow takes, bytes, with room for a first small network. */
const neededMemory = 450e6;

/** The folder of the npm package that holds the addon.
 *  @returns Its path, or undefined where it is not installed. */
export function addonFolder(): string | undefined {
  try {
    return dirname(require.resolve("@tensorflow/tfjs-node-gpu/package.json"));
  } catch {
    return undefined;
  }
}

/** Bytes that this process may still take: the machine's free memory or what its control group leaves.
 *  @returns Bytes. */
export function availableMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  let free = freemem();
  try {
    const line = /MemAvailable:\s+(\d+) kB/.exec(readFileSync("/proc/meminfo", "utf8"));
    if (line) free = Number(line[1]) * 1024;
  } catch {
    // no /proc: what the system calls free has to do
  }
  return limit > 0 && limit < 2 ** 50 ? Math.min(free, limit - process.memoryUsage().rss) : free;
}

/** Threads that TensorFlow will use within an operation: TF_NUM_INTRAOP_THREADS or the cores this process may use.
 *  @returns A whole number >= 1. */
export function threadCount(): number {
  const asked = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(asked) && asked > 0 ? asked : availableParallelism();
}

/** What keeps the native backend from loading.
 *
 *  @param folder Folder of @tensorflow/tfjs-node-gpu, undefined where it is not installed.
 *  @param memory Bytes available.
 *  @returns One line with the cure, or undefined when nothing is wrong. */
export function addonFault(folder: string | undefined, memory: number): string | undefined {
  if (folder === undefined)
    return "the package @tensorflow/tfjs-node-gpu is not installed; run: node bin/setup.mjs";
  const addon = join(folder, "lib/napi-v8/tfjs_binding.node");
  if (!existsSync(addon))
    return "TensorFlow's addon is not compiled; run: node bin/setup.mjs (needs a C++ compiler)";
  if (memory < neededMemory)
    return `TensorFlow needs ${neededMemory / 1e6} MB, ${Math.round(memory / 1e6)} MB are free; close other kernels`;
  let binding: { TF_Version?: unknown };
  try {
    binding = require(addon) as { TF_Version?: unknown };
  } catch (error) {
    const first = String(error instanceof Error ? error.message : error).split("\n")[0];
    return `TensorFlow's libraries do not fit the addon (${first}); run: node bin/setup.mjs --rebuild`;
  }
  return versionFault(String(binding.TF_Version));
}

/** Whether TensorFlow's version is the one that was tested.
 *  @param version As the library reports it.
 *  @returns One line with the cure, or undefined. */
export function versionFault(version: string): string | undefined {
  return version.startsWith(`${testedVersion}.`)
    ? undefined
    : `TensorFlow must be ${testedVersion}, got ${version}; run: node bin/setup.mjs --rebuild`;
}
