// geodl kernel: makes the kernel known to a Jupyter outside the project, or takes it away again.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { root } from "./paths.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";

/** Where Jupyter looks for a user's own kernels. */
function userData(): string {
  if (process.env.JUPYTER_DATA_DIR) return process.env.JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(process.env.APPDATA ?? homedir(), "jupyter");
  return join(process.env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}

interface Kernelspec {
  writeKernelspec(options: { readonly dir: string; readonly root: string }): unknown;
}

async function run(call: Call): Promise<number> {
  const [action] = call.positionals;
  if (call.positionals.length !== 1 || (action !== "install" && action !== "uninstall"))
    throw new UsageError(`the action must be install or uninstall, got "${call.positionals.join(" ")}"`);
  const prefix = stringOption(call, "prefix");
  const data = prefix === undefined ? userData() : join(resolve(prefix), "share", "jupyter");
  const dir = join(data, "kernels", "geodl");
  if (action === "uninstall") {
    if (!existsSync(dir)) {
      console.log(`nothing to do: no kernel in ${dir}`);
      return 0;
    }
    rmSync(dir, { recursive: true });
    console.log(`removed ${dir}`);
    return 0;
  }
  const specs = (await import(new URL("../../bin/kernelspec.mjs", import.meta.url).href)) as Kernelspec;
  await specs.writeKernelspec({ dir, root });
  // Only saves a second at each start: what stands in its way is no fault.
  spawnSync(process.execPath, [join(root, "dist", "kernel", "snapshot", "build.js")], { stdio: "ignore" });
  console.log(`kernel "TypeScript (geodl)" is now in ${dir}`);
  return 0;
}

export const verb: Verb = {
  usage: "install | uninstall [--prefix DIR]",
  options: { prefix: { type: "string" } },
  help: ["--prefix   an environment's folder instead of your home, e.g. the one that conda shows"],
  example: "geodl kernel install",
  run,
};
