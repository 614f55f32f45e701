// What child processes print belongs to the cell that started them: where they would inherit the kernel's own output, which
// leads into Jupyter's log, they get a pipe, and what comes out of it is printed.
import childProcess, { ChildProcess } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";

type Stdio = string | readonly unknown[] | undefined;
const outputs = ["stdin", "stdout", "stderr"] as const;

/** Which of a child's file descriptors lead to ours.
 *  @returns For descriptors 1 and 2 of the child: the stream of this process that it would write to. */
function inherited(stdio: Stdio): Map<1 | 2, "stdout" | "stderr"> {
  const found = new Map<1 | 2, "stdout" | "stderr">();
  for (const fd of [1, 2] as const) {
    const entry = typeof stdio === "string" ? stdio : stdio?.[fd];
    if (entry === "inherit") found.set(fd, fd === 1 ? "stdout" : "stderr");
    else if (entry === 1 || entry === process.stdout) found.set(fd, "stdout");
    else if (entry === 2 || entry === process.stderr) found.set(fd, "stderr");
  }
  return found;
}

function withPipes(stdio: Stdio, piped: ReadonlyMap<number, string>): unknown[] {
  const list = typeof stdio === "string" ? [stdio, stdio, stdio] : [...(stdio ?? [])];
  for (const fd of piped.keys()) list[fd] = "pipe";
  return list;
}

/** From now on what child processes print goes where the cell's own prints go: at once for `spawn`, `fork` and their kin, at
 *  the child's end for the calls that wait for it. */
export function captureChildren(): void {
  const prototype = ChildProcess.prototype as ChildProcess & {
    spawn(options: { stdio?: Stdio }): number;
  };
  const start = prototype.spawn;
  prototype.spawn = function (this: ChildProcess, options) {
    const piped = inherited(options.stdio);
    if (piped.size === 0) return start.call(this, options);
    const code = start.call(this, { ...options, stdio: withPipes(options.stdio, piped) });
    for (const [fd, name] of piped) {
      const stream = this[outputs[fd] as "stdout" | "stderr"];
      stream?.setEncoding("utf8").on("data", (text: string) => process[name].write(text));
      // As it is for a child that inherits.
      Object.assign(this, { [outputs[fd]!]: null });
      Object.assign(this.stdio, { [fd]: null });
    }
    return code;
  };
  for (const name of ["spawnSync", "execFileSync", "execSync"] as const) patchSync(name);
  syncBuiltinESMExports();
}

interface Finished {
  stdout: Buffer | string | null;
  stderr: Buffer | string | null;
  output: (Buffer | string | null)[] | null;
}

/** `spawnSync`, `execFileSync`, `execSync`: the options are the last argument where it is an object and no array. */
function patchSync(name: "spawnSync" | "execFileSync" | "execSync"): void {
  const plain = childProcess[name] as (...args: unknown[]) => unknown;
  const patched = (...args: unknown[]): unknown => {
    const last = args.at(-1);
    const options = isOptions(last) ? last : {};
    const piped = inherited(options.stdio);
    if (piped.size === 0) return plain(...args);
    const isSpawn = name === "spawnSync";
    // Without `stdio` the two that return stdout alone print stderr themselves.
    const stdio = !isSpawn && piped.has(2) ? undefined : withPipes(options.stdio, piped);
    const rest = isOptions(last) ? args.slice(0, -1) : args;
    const print = (done: Finished): Finished => {
      for (const [fd, to] of piped) {
        const part = outputs[fd] as "stdout" | "stderr";
        const text = done[part];
        if (text && text.length > 0 && (isSpawn || fd === 1)) process[to].write(text);
        done[part] = null;
        if (done.output) done.output[fd] = null;
      }
      return done;
    };
    try {
      const result = plain(...rest, { ...options, stdio, maxBuffer: Number.POSITIVE_INFINITY });
      if (isSpawn) return print(result as Finished);
      return print({ stdout: result as Finished["stdout"], stderr: null, output: null }).stdout;
    } catch (e) {
      if (typeof e === "object" && e !== null && "stdout" in e) print(e as unknown as Finished);
      throw e;
    }
  };
  Object.assign(childProcess, { [name]: patched });
}

function isOptions(x: unknown): x is { readonly stdio?: Stdio } {
  return typeof x === "object" && x !== null && !Array.isArray(x);
}
