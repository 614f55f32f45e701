// The folder that is set up, and what the steps are told about it.
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";

/** The project's folder: this file's, or `GEODL_SETUP_ROOT`. */
export function rootOf(env = process.env) {
  return resolve(env.GEODL_SETUP_ROOT || fileURLToPath(new URL("../..", import.meta.url)));
}

/** Places inside a project's folder.
 *  @param {string} root The project's folder. */
export function places(root) {
  const venv = join(root, ".venv");
  return {
    root,
    state: join(root, ".setup"),
    tmp: join(root, ".setup", "tmp"),
    modules: join(root, "node_modules"),
    venv,
    python: windows ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python"),
    jupyter: windows ? join(venv, "Scripts", "jupyter-lab.exe") : join(venv, "bin", "jupyter-lab"),
    tf: join(root, ".tf"),
    addon: join(root, ".tf", "tfjs_binding.node"),
    addonPackage: join(root, "node_modules", "@tensorflow", "tfjs-node-gpu"),
    dist: join(root, "dist"),
    kernelspec: join(venv, "share", "jupyter", "kernels", "geodl"),
  };
}

/** Why npm and the build are nothing to do where the package was installed into another project, or undefined in a clone.
 *  @param {{ root: string }} place */
export function asInstalled({ root }) {
  const folder = dirname(root);
  const isPackage = basename(folder) === "node_modules" || basename(dirname(folder)) === "node_modules";
  return isPackage && !existsSync(join(root, "tsconfig.json")) ? "comes with the package" : undefined;
}

/** Why the native TensorFlow is not for this machine or this call, or undefined where it is. */
export function noNative(env = process.env) {
  if (env.GEODL_TF === "wasm") return "GEODL_TF=wasm asks for WebAssembly";
  if (process.platform !== "linux" || process.arch !== "x64")
    return `TensorFlow's library is taken for Linux x64 only, and this is ${process.platform} ${process.arch}: WebAssembly instead`;
  if (!existsSync("/lib64/ld-linux-x86-64.so.2"))
    return "TensorFlow's library needs glibc, which this Linux has not: WebAssembly instead";
  return undefined;
}

/** What training without the native TensorFlow costs, in words that set-up and the doctor share. */
export const wasmCost = "networks train on WebAssembly instead, convolutions about five times slower";
