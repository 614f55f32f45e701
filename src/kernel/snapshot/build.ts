// node build.js: makes the start-up snapshot for the Node that runs it, in the project's .cache/kernel. bin/kernel.sh uses it.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Service } from "../compiler/service.js";
import { nodeTypesKey, typescriptFile, typescriptKey } from "./snapshot.js";

const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const folder = join(root, ".cache", "kernel");
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Snapshots that are kept: one for each Node in use, not for each that there ever was. */
const kept = 4;

/** V8's flags for making and for reading it, as in bin/kernel.sh: no table is hashed anew, which saves a fifth of the start. */
const flags = "--no-rehash-snapshot";

const cells = [
  "1+1\n;export {};",
  `import { readFileSync } from "node:fs";
interface Pick { readonly time: number; phase?: "P" | "S" }
const picks: Pick[] = [{ time: 1, phase: "P" }, { time: 2.5 }];
class Line<T extends Pick> { constructor(private readonly all: readonly T[]) {} first(): T | undefined { return this.all[0]; } }
async function later(n: number): Promise<number> { for (let i = 0; i < n; i++) await null; return n ** 2; }
const { time, ...rest } = picks[0]!;
console.log(picks.map((p) => \`\${p.time.toFixed(2)}\`).join(), new Line(picks).first()?.phase ?? "none", rest, await later(time));
const data = new Float64Array(8).map((_, i) => Math.sin(i)); const wrong: string = data.length;
try { readFileSync("x"); } catch (e) { if (e instanceof Error) throw new RangeError("no", { cause: e }); }
;export { picks, Line, later, time, rest, data, wrong };declare let other: typeof import("./__cell_1").other;`,
  "Math.sq\n;export {};",
];

/** Makes the snapshot of this Node.
 *  @returns What stands in the way, or undefined: the kernel starts without one too, only later. */
function buildSnapshot(): string | undefined {
  if (process.platform !== "linux") return "bin/kernel.sh needs Linux";
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeOld();
  const made = mkdtempSync(join(folder, "new-"));
  try {
    const blob = join(made, "blob");
    const fault = make(made, blob) ?? node("--snapshot-blob", blob, here("./check.js"));
    if (fault) return fault;
    const { ino, size, mtimeMs } = statSync(process.execPath);
    const id = `${ino}-${size}-${Math.floor(mtimeMs / 1000)}`;
    const cpu = /^(flags|Features)\b.*$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[0] ?? "";
    writeFileSync(join(made, "for"), `${flags}\n${statSync(blob).size}\n${cpu}\n`, { mode: 0o600 });
    chmodSync(blob, 0o600);
    rmSync(join(folder, `${id}.for`), { force: true });
    for (const part of ["blob", "for"]) renameSync(join(made, part), join(folder, `${id}.${part}`));
    return undefined;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Has Node write the snapshot.
 *  @param made Folder for what it reads. */
function make(made: string, blob: string): string | undefined {
  const { ambient, options, nodeTypes } = new Service({ cwd: root, geodl: root });
  const keys = { typescript: typescriptKey(), nodeTypes: nodeTypesKey(nodeTypes) };
  const input = { keys, typescript: typescriptFile, cwd: root, options, cells, ambient };
  writeFileSync(join(made, "input"), JSON.stringify(input));
  // tsc writes to `exports`, which Node does not give to such a file.
  const contents = readFileSync(here("./contents.cjs"), "utf8");
  writeFileSync(join(made, "contents.cjs"), `const exports = {};\n${contents}`);
  return node("--snapshot-blob", blob, "--build-snapshot", join(made, "contents.cjs"), join(made, "input"));
}

function node(...args: readonly string[]): string | undefined {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const done = spawnSync(process.execPath, [flags, ...args], { env, encoding: "utf8", timeout: 120_000 });
  return done.status === 0 ? undefined : done.stderr || `it ended with ${done.error ?? done.signal}`;
}

function removeOld(): void {
  const age = (f: string): number => Date.now() - statSync(join(folder, f)).mtimeMs;
  const files = readdirSync(folder);
  const blobs = files.filter((f) => f.endsWith(".blob")).sort((a, b) => age(a) - age(b));
  const old = blobs.slice(kept - 1).flatMap((f) => [f, f.replace(/blob$/, "for")]);
  // What a killed run left.
  const broken = files.filter((f) => f.startsWith("new-") && age(f) > 600_000);
  for (const f of [...old, ...broken]) rmSync(join(folder, f), { recursive: true, force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fault = buildSnapshot();
  if (fault) process.stderr.write(`geodl kernel: no start-up snapshot: ${fault.trim()}\n`);
  process.exitCode = fault ? 1 : 0;
}
