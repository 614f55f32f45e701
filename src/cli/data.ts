// geodl data: what the catalog holds, downloads of it, and whether what is here is what it should be.
import { catalog, fetch, locate, select, type Verdict, verify } from "../data/index.js";
import { bar } from "../notebook/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { type Call, UsageError, type Verb } from "./verb.js";

const MB = (bytes: number) => (bytes / 1e6).toFixed(bytes < 99_500 ? 3 : 1);

/** Files that names on the command line stand for. @throws UsageError if one stands for nothing. */
function filesOf(names: readonly string[]): string[] {
  try {
    return [...new Set(names.flatMap(select))];
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Rows under a header, columns as wide as they need; numbers (columns in `right`) end together. */
function printed(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Files that share title and source, under a name that `select` takes. */
function sets(): { readonly name: string; readonly files: readonly string[] }[] {
  const byTitle = new Map<string, string[]>();
  for (const [name, { title }] of catalog()) byTitle.set(title, [...(byTitle.get(title) ?? []), name]);
  return [...byTitle.values()].map((files) => {
    const first = files[0]!;
    const { recipe } = catalog().get(first)!;
    if (recipe !== undefined || files.length === 1) return { name: recipe ?? first, files };
    const folder = first.slice(0, first.lastIndexOf("/"));
    if (select(folder).length === files.length) return { name: folder, files };
    let common = first;
    while (!files.every((file) => file.startsWith(common))) common = common.slice(0, -1);
    return { name: `${common}*`, files };
  });
}

function list(call: Call, names: readonly string[]): number {
  const here = new Map([...catalog().keys()].map((name) => [name, locate(name)]));
  if (call.values.json) {
    const entries = filesOf(names.length > 0 ? names : ["all"]).map((name) => ({
      name,
      ...catalog().get(name)!,
      here: here.get(name),
    }));
    console.log(JSON.stringify(entries, null, 2));
    return 0;
  }
  const rows =
    names.length > 0
      ? filesOf(names).map((name) => ({ name, files: [name] }))
      : sets().sort((a, b) => (a.name < b.name ? -1 : 1));
  const body = rows.map(({ name, files }) => {
    const { licence, title } = catalog().get(files[0]!)!;
    const bytes = files.reduce((sum, file) => sum + catalog().get(file)!.bytes, 0);
    const found = files.filter((file) => here.get(file) !== undefined).length;
    return [name, `${files.length}`, MB(bytes), `${found}`, licence, names.length > 0 ? "" : title];
  });
  console.log(printed([["name", "files", "MB", "here", "licence", ""], ...body], [1, 2, 3]));
  return 0;
}

async function get(names: readonly string[]): Promise<number> {
  if (names.length === 0)
    throw new UsageError(
      "data fetch needs a file, a folder, a set or all, got none; geodl data list shows them",
    );
  const files = filesOf(names);
  const faults = await withInterrupt(async (signal) => {
    const found = await all(files, signal);
    return signal.aborted ? undefined : found;
  });
  if (faults === undefined) {
    console.error("geodl data: stopped; the next call goes on from here");
    return interrupted;
  }
  for (const { message } of faults.slice(1)) console.error(`geodl data: ${message}`);
  if (faults[0]) throw faults[0];
  const own = [...new Set(files.map((name) => catalog().get(name)!.licence))];
  console.log(
    `${files.length} ${files.length === 1 ? "file is" : "files are"} here; licence: ${own.join(", ")}`,
  );
  return 0;
}

const atOnce = 4;
const mostFaults = 5; // then the rest will fail, too

/** Fetches files, a few at once; parts of what is made here count with it.
 *  @returns What went wrong, a file each; the others are here, unless there are many faults or the signal aborted. */
async function all(files: readonly string[], interrupt: AbortSignal): Promise<Error[]> {
  const hopeless = new AbortController();
  const signal = AbortSignal.any([interrupt, hopeless.signal]);
  const isMade = (name: string) => catalog().get(name)!.recipe !== undefined;
  const missing = files.filter((name) => locate(name) === undefined);
  const parts = missing.some((name) => catalog().get(name)!.recipe === "stead-ncedc")
    ? select("picking/phasenet-train").filter((name) => locate(name) === undefined)
    : [];
  const downloads = new Set([...missing, ...parts].filter((name) => !isMade(name)));
  const total = [...downloads].reduce((sum, name) => sum + catalog().get(name)!.bytes, 0);
  const shown = downloads.size > 0 ? bar(Number(MB(total)), `${downloads.size} files, MB`) : undefined;
  const came = new Map<string, number>();
  const onBytes = (name: string, done: number) => {
    came.set(name, done);
    shown?.update(Number(MB([...came.values()].reduce((sum, n) => sum + n, 0))));
  };
  const faults: Error[] = [];
  const work = async (queue: string[]) => {
    for (let name = queue.shift(); name !== undefined && !signal.aborted; name = queue.shift())
      try {
        await fetch(name, { signal, onBytes });
      } catch (error) {
        if (signal.aborted) return;
        if (faults.push(error as Error) === mostFaults) hopeless.abort();
      }
  };
  const queue = [...new Set([...downloads, ...files])].filter((name) => !isMade(name));
  await Promise.all(Array.from({ length: atOnce }, () => work(queue)));
  if (faults.length === 0) await work(files.filter(isMade));
  shown?.end();
  return faults;
}

function check(call: Call, names: readonly string[]): number {
  const verdicts = verify(filesOf(names.length > 0 ? names : ["all"]));
  const count = (state: Verdict["state"]) => verdicts.filter((verdict) => verdict.state === state).length;
  if (call.values.json) console.log(JSON.stringify(verdicts, null, 2));
  else {
    for (const { name, state, path } of verdicts)
      if (state !== "missing" || names.length > 0)
        console.log(`${state.padEnd(7)}  ${name}  ${path ?? ""}`.trimEnd());
    console.log(`${count("ok")} ok, ${count("differs")} differ, ${count("missing")} missing`);
  }
  return count("differs") > 0 ? 1 : 0;
}

async function run(call: Call): Promise<number> {
  const [action, ...names] = call.positionals;
  if (action === "list") return list(call, names);
  if (action === "fetch") return await get(names);
  if (action === "verify") return check(call, names);
  throw new UsageError(`the action must be list, fetch or verify, got "${action ?? ""}"`);
}

export const verb: Verb = {
  usage: "list [NAME ...] | fetch NAME ... | verify [NAME ...] [--json]",
  options: { json: { type: "boolean" } },
  help: [
    "NAME       a file (segy/f3.sgy), a folder (first-break), a set (stead-ncedc), a beginning (weights/kair*), or all",
    "--json     list and verify: the same as JSON",
    "",
    "GEODL_DATA names a folder of yours that is looked into first, GEODL_CACHE the folder that downloads go to,",
    "GEODL_MIRROR the address of such a folder on a server near you, asked in place of the internet.",
  ],
  example: "geodl data fetch stead-ncedc",
  run,
};
