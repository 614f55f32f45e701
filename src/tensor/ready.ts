// Loads TensorFlow.js once: on TensorFlow's own libraries where they are, else on WebAssembly.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { onUnwound, remember, restoreOldUtil } from "../core/index.js";
import { addonFault, addonFolder, availableMemory, threadCount } from "./addon.js";
import { repair } from "./repair.js";
import type { Ready, TF } from "./types.js";
import { registerWasmGradients } from "./wasm-gradients.js";

const require = createRequire(import.meta.url);
const wasmCost = "WebAssembly trains 5 to 20 times slower on one thread";

let loaded: Ready | undefined;
let loading: Promise<Ready> | undefined;

/** TensorFlow.js with the best backend of this machine; the first call loads it, later ones return the same.
 *
 *  `GEODL_TF` = cpu (TensorFlow without a card), gpu (an NVIDIA card must be found) or wasm decides; without it the card is
 *  used where the libraries are the CUDA ones, and WebAssembly where the addon cannot be loaded, with one line on stderr.
 *  Importing this room loads nothing.
 *
 *  @returns TensorFlow.js, the backend, its version, its threads and why it was chosen.
 *  @throws RangeError for another GEODL_TF; Error when cpu or gpu is asked for and cannot be had, with the cure. */
export function ready(): Promise<Ready> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** What `ready()` has loaded, for code that cannot wait.
 *  @returns The same object.
 *  @throws Error before `await tensor.ready()`. */
export function engine(): Ready {
  if (!loaded)
    throw new Error("tensor: TensorFlow is not loaded yet; call `await tensor.ready()` first, got nothing");
  return loaded;
}

async function load(): Promise<Ready> {
  const asked = process.env.GEODL_TF ?? "";
  if (!["", "cpu", "gpu", "wasm"].includes(asked))
    throw new RangeError(`tensor.ready: GEODL_TF must be cpu, gpu or wasm, got ${asked}`);
  restoreOldUtil();
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  if (asked === "cpu") process.env.CUDA_VISIBLE_DEVICES = "-1";
  const fault = asked === "wasm" ? "GEODL_TF=wasm asks for it" : addonFault(addonFolder(), availableMemory());
  if (fault !== undefined && (asked === "cpu" || asked === "gpu"))
    throw new Error(`tensor.ready: GEODL_TF=${asked} needs TensorFlow, got none: ${fault}`);
  loaded = fault === undefined ? await loadNative(asked) : await loadWasm(fault, asked !== "wasm");
  const { tf, backend, version, threads, why } = loaded;
  remember("TensorFlow", `${version} ${backend}, ${threads} thread${threads === 1 ? "" : "s"} (${why})`);
  // A number that grows from one run of a cell to the next is a leak.
  remember("tensors alive", () => {
    const { numTensors, numBytes } = tf.memory();
    return `${numTensors} (${(numBytes / 1e6).toFixed(1)} MB)`;
  });
  onUnwound(repair);
  return loaded;
}

async function loadNative(asked: string): Promise<Ready> {
  // operations of a graph side by side: as many as an operation has threads, whatever a parent process had
  process.env.TF_NUM_INTEROP_THREADS = String(threadCount());
  const tf = require("@tensorflow/tfjs-node-gpu") as TF;
  await tf.ready();
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as {
    readonly binding: { readonly TF_Version: string };
    readonly isUsingGpuDevice: boolean;
  };
  if (asked === "gpu" && !isUsingGpuDevice)
    throw new Error(
      "tensor.ready: GEODL_TF=gpu needs an NVIDIA card and the CUDA libraries, got a CPU only; run: GEODL_TF=gpu node bin/setup.mjs",
    );
  const why = isUsingGpuDevice
    ? "an NVIDIA card was found"
    : "TensorFlow's libraries are here, no card in use";
  return {
    tf,
    backend: isUsingGpuDevice ? "gpu" : "native",
    version: binding.TF_Version,
    threads: threadCount(),
    why,
  };
}

async function loadWasm(why: string, unasked: boolean): Promise<Ready> {
  const tf = require("@tensorflow/tfjs") as TF;
  const path = require.resolve("@tensorflow/tfjs-backend-wasm/package.json");
  const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(dirname(path), "dist", "/"));
  // the WebAssembly loader takes over uncaught exceptions and rejections, which are the kernel's to handle
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((name) => process.rawListeners(name));
  if (!(await tf.setBackend("wasm")))
    throw new Error("tensor.ready: WebAssembly needs SIMD, got none; use Node >= 20");
  await tf.ready();
  events.forEach((name, i) => {
    for (const listener of process.rawListeners(name))
      if (!before[i]!.includes(listener)) process.removeListener(name, listener as () => void);
  });
  registerWasmGradients(tf);
  if (unasked) process.stderr.write(`geodl: using WebAssembly, not TensorFlow: ${why}. ${wasmCost}.\n`);
  return { tf, backend: "wasm", version: tf.version["tfjs-core"], threads: 1, why: `${why}; ${wasmCost}` };
}
