// geodl pack-offline: a folder with everything that a room without network needs, and whether a copy of it is whole.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { join, resolve, sep } from "node:path";
import { hashFile } from "../data/place.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { copyAll } from "./pack-copy.js";
import { noticeFile, noticeText } from "./pack-licences.js";
import { checkout, made, type Part, publicData } from "./pack-parts.js";
import { readSums, staysInside, sumsFile, verifySums, writeSums } from "./pack-sums.js";
import { packWheels, servedPythons, wheelFolder } from "./pack-wheels.js";
import { root } from "./paths.js";
import { shareText, statusLine } from "./status-line.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";
import { writeWhole } from "./whole-file.js";

const MB = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;

/** What an earlier packing wrote, kept until the next is whole, so that what is no longer wanted is known. */
const oldSums = `${sumsFile}.old`;

async function verify(dir: string): Promise<number> {
  const line = statusLine();
  const since = performance.now();
  const { faults, files } = await verifySums(dir, (done, total) =>
    line.update(done / total, shareText("checking", done / total, since)),
  );
  line.end();
  for (const { path, state } of faults) console.log(`${state.padEnd(8)} ${path}`);
  const count = (state: string) => faults.filter((fault) => fault.state === state).length;
  console.log(
    faults.length === 0
      ? `${files} files, all as they were packed`
      : `${files} files: ${count("damaged")} damaged, ${count("missing")} missing, ${count("refused")} refused because they lead out of the folder; copy these again from the pack`,
  );
  return faults.length === 0 ? 0 : 1;
}

/** Whether a folder may be packed into: new, empty, or packed before. */
function isOurs(dir: string): boolean {
  if (!existsSync(dir) || readdirSync(dir).length === 0) return true;
  return existsSync(join(dir, wheelFolder)) || existsSync(join(dir, sumsFile));
}

interface Step {
  readonly name: string;
  readonly state: "done" | "todo" | "skipped" | "lacking";
  readonly detail: string;
}

/** What set-up must have done here, for it is copied. */
async function mustBeSetUp(): Promise<void> {
  const lent = (await import(new URL("../../bin/setup/index.mjs", import.meta.url).href)) as {
    status(root: string): readonly Step[];
  };
  const open = lent.status(root).find(({ state }) => state === "todo");
  if (open)
    throw new Error(
      `set-up must be finished here, got ${open.name}: ${open.detail}; run \`node bin/setup.mjs\``,
    );
}

function report(parts: readonly Part[]): void {
  const bytes = ({ items }: Part) => items.reduce((sum, one) => sum + one.bytes, 0);
  for (const part of parts)
    console.log(
      `${part.name.padEnd(15)} ${`${part.items.length}`.padStart(6)} files  ${MB(bytes(part)).padStart(8)}`,
    );
  const all = parts.reduce((sum, part) => sum + part.items.length, 0);
  const total = parts.reduce((sum, part) => sum + bytes(part), 0);
  console.log(`${"together".padEnd(15)} ${`${all}`.padStart(6)} files  ${MB(total).padStart(8)}`);
}

/** Takes away what an earlier packing brought and this one does not. */
function removeOld(dir: string, sums: ReadonlyMap<string, string>): void {
  const old = join(dir, oldSums);
  if (!existsSync(old)) return;
  for (const path of readSums(readFileSync(old, "utf8")).keys())
    if (!sums.has(path) && staysInside(path)) rmSync(join(dir, path), { force: true });
  rmSync(old);
}

async function pack(
  dir: string,
  pythons: readonly string[],
  withGpl: boolean,
  signal: AbortSignal,
): Promise<number> {
  await mustBeSetUp();
  const data = publicData(withGpl);
  const parts = [checkout(root), ...made(root), data.part];
  const items = parts.flatMap((part) => part.items);
  const total = items.reduce((sum, one) => sum + one.bytes, 0);
  mkdirSync(join(dir, wheelFolder), { recursive: true });
  const { bavail, bsize } = statfsSync(dir);
  if (!existsSync(join(dir, "node_modules")) && bavail * bsize < total + 150e6)
    throw new Error(`the disk must have ${MB(total + 150e6)} free, got ${MB(bavail * bsize)} in ${dir}`);
  if (existsSync(join(dir, sumsFile))) renameSync(join(dir, sumsFile), join(dir, oldSums));
  const line = statusLine();
  const since = performance.now();
  const share = (text: string, of: number) => line.update(of, shareText(text, of, since));
  await copyAll(dir, items, { signal, onBytes: (bytes) => share("copying", bytes / total) });
  line.end();
  if (signal.aborted) return interrupted;
  await packWheels(dir, pythons, {
    signal,
    onVersion: (version) => console.error(`wheels of JupyterLab for Python ${version}`),
  });
  writeWhole(join(dir, noticeFile), noticeText(data.names));
  const wheels = readdirSync(join(dir, wheelFolder)).map((name) => `${wheelFolder}/${name}`);
  const sums = new Map<string, string>();
  const paths = [...items.map(({ to }) => to), noticeFile, ...wheels];
  for (const [i, path] of paths.entries()) {
    if (signal.aborted) return interrupted;
    sums.set(path, hashFile(join(dir, path)));
    if (i % 200 === 0) await new Promise((resolve) => setImmediate(resolve)); // so that Ctrl-C is heard
  }
  const wheelItems = wheels.map((to) => ({ from: "", to, changed: 0, bytes: statSync(join(dir, to)).size }));
  writeSums(dir, sums);
  removeOld(dir, sums);
  report([...parts, { name: "wheels", items: wheelItems }]);
  for (const name of data.differing) console.log(`not packed: ${name} is not as in the catalog`);
  if (data.copyleft.length > 0)
    console.log(
      `not packed, for they are under the GPL or LGPL and no notebook needs them: ${data.copyleft.join(", ")}; --gpl packs them too`,
    );
  if (data.missing.length > 0)
    console.log(
      `not packed, for this machine has them not: ${data.missing.length} files of the catalog (${data.missing.slice(0, 3).join(", ")}${data.missing.length > 3 ? ", ..." : ""}); notebooks make up data in their place. \`geodl data fetch all\`, then pack again`,
    );
  console.log(
    `${dir}: for ${process.platform} ${process.arch}, Node 20.19 or newer, Python ${pythons.join(", ")}. Copy it, then there: node bin/geodl.mjs pack-offline . --verify && npm start`,
  );
  return 0;
}

async function run(call: Call): Promise<number> {
  const [name] = call.positionals;
  if (name === undefined || call.positionals.length !== 1)
    throw new UsageError(`one folder, got ${call.positionals.length}`);
  const dir = resolve(name);
  if (call.values.verify) return await verify(dir);
  const pythons = stringOption(call, "python")?.split(",") ?? servedPythons;
  const odd = pythons.find((version) => !/^3\.\d+$/.test(version));
  if (odd !== undefined) throw new UsageError(`--python must be like 3.11,3.12, got ${odd}`);
  if (dir === root || dir.startsWith(root + sep) || root.startsWith(dir + sep))
    throw new UsageError(`the folder must lie beside the project's, got ${dir}`);
  if (!isOurs(dir)) throw new UsageError(`the folder must be new, empty or packed before, got ${dir}`);
  return await withInterrupt(async (signal) => {
    try {
      const status = await pack(dir, pythons, call.values.gpl === true, signal);
      if (status !== interrupted) return status;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    console.error("geodl pack-offline: stopped; the same call goes on from here");
    return interrupted;
  });
}

export const verb: Verb = {
  usage: "DIR [--verify] [--python VERSIONS] [--gpl]",
  options: { verify: { type: "boolean" }, python: { type: "string" }, gpl: { type: "boolean" } },
  help: [
    "DIR        a new folder, or one that was packed before: then only what changed is copied",
    "--verify   only check a packed folder, or a copy of it, against its SHA256SUMS",
    `--python   Pythons that its JupyterLab is packed for, default ${servedPythons.join(",")}`,
    "--gpl      also pack the data under the GPL and LGPL that are here (weights of other pickers, one SEG-Y file), as they came",
    "",
    `${noticeFile} in it says whose data they are and under which licence; who passes the folder on passes that on with it.`,
    "Copy the folder to computers of the same system and processor with Node and Python; `npm start` there needs no network.",
  ],
  example: "geodl pack-offline ../geodl-room",
  run,
};
