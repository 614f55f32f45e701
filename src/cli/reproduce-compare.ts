// How far two versions of a committed file are apart: the same bits, numbers that differ and by how much, or something else altogether.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { readJournal, resultsOf } from "../experiment/journal.js";
import { readSafetensors } from "../formats/index.js";

/** What a comparison found. */
export interface Difference {
  /** 0 the same; otherwise the largest difference of two numbers relative to the largest number beside them; Infinity where words,
   *  shapes or what is there differ. */
  readonly by: number;
  /** Where and how; "" where `by` is 0. */
  readonly about: string;
}

const same: Difference = { by: 0, about: "" };
const other = (about: string): Difference => ({ by: Number.POSITIVE_INFINITY, about });

/** The largest of some differences; of equal ones the first. */
const worst = (found: readonly Difference[]): Difference =>
  found.reduce((most, each) => (each.by > most.by ? each : most), same);

type Numbers = ArrayLike<number> | ArrayLike<bigint>;

function ofNumbers(a: Numbers, b: Numbers, where: string): Difference {
  if (a.length !== b.length) return other(`${where}: ${a.length} and ${b.length} numbers`);
  let scale = 0;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [Number(a[i]), Number(b[i])];
    if (Object.is(x, y) || x === y) continue;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return other(`${where}: ${x} and ${y}`);
    most = Math.max(most, Math.abs(x - y));
  }
  for (let i = 0; i < a.length; i++)
    if (Number.isFinite(Number(a[i]))) scale = Math.max(scale, Math.abs(Number(a[i])));
  return most === 0 ? same : { by: scale > 0 ? most / scale : 1, about: where };
}

/** Compares plain JSON. */
function ofJson(a: unknown, b: unknown, where: string): Difference {
  if (typeof a === "number" && typeof b === "number") return ofNumbers([a], [b], where);
  if (Array.isArray(a) && Array.isArray(b)) {
    const isNumber = (x: unknown): x is number => typeof x === "number";
    if (a.every(isNumber) && b.every(isNumber)) return ofNumbers(a, b, where);
    if (a.length !== b.length) return other(`${where}: ${a.length} and ${b.length} entries`);
    return worst(a.map((x, i) => ofJson(x, b[i], `${where}[${i}]`)));
  }
  if (typeof a === "object" && typeof b === "object" && a && b) {
    const [first, second] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
    const lone = [...Object.keys(first), ...Object.keys(second)].find(
      (key) => !(Object.hasOwn(first, key) && Object.hasOwn(second, key)),
    );
    if (lone !== undefined) return other(`${where}.${lone} is in one only`);
    return worst(Object.keys(first).map((key) => ofJson(first[key], second[key], `${where}.${key}`)));
  }
  const short = (x: unknown) => (JSON.stringify(x) ?? "nothing").slice(0, 40);
  return a === b ? same : other(`${where}: ${short(a)} and ${short(b)}`);
}

const text = (bytes: Buffer) => bytes.toString("utf8");

function ofWeights(a: Buffer, b: Buffer): Difference {
  const [first, second] = [readSafetensors(a), readSafetensors(b)];
  const tensors = [...first.tensors].map(([name, { data, shape }]) => {
    const found = second.tensors.get(name);
    return found && String(found.shape) === String(shape)
      ? ofNumbers(data, found.data, name)
      : other(`${name} is another or missing`);
  });
  if (second.tensors.size !== first.tensors.size)
    tensors.push(other(`${first.tensors.size} and ${second.tensors.size} tensors`));
  const weights = worst(tensors);
  return weights.by > 0 ? weights : ofJson(first.metadata, second.metadata, "metadata");
}

/** Journals by their tasks; when, where and how fast they ran is no matter. */
function ofJournals(a: string, b: string): Difference {
  const [first, second] = [a, b].map((file) => resultsOf(readJournal(file)));
  let missing = 0;
  const found: Difference[] = [];
  for (const [key, { task, result }] of first!) {
    const again = second!.get(key);
    if (!again) missing++;
    else found.push(ofJson(result, again.result, `${task.row}, seed ${task.seed}`));
  }
  const differing = found.filter(({ by }) => by > 0).length;
  const most = worst(found);
  const counts = [
    `${found.length - differing} of ${first!.size} tasks the same`,
    ...(differing > 0 ? [`${differing} differ, most ${most.about}`] : []),
    ...(missing > 0 ? [`${missing} not among those made`] : []),
  ];
  return differing + missing === 0
    ? same
    : { by: missing > 0 ? Number.POSITIVE_INFINITY : most.by, about: counts.join(", ") };
}

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly outputs?: readonly {
    readonly text?: string | readonly string[];
    readonly data?: Readonly<Record<string, string | readonly string[]>>;
  }[];
}

const joined = (lines: string | readonly string[] | undefined) =>
  typeof lines === "string" ? lines : (lines ?? []).join("");

/** Notebooks by what their code cells show: numbers in text are compared as numbers, pictures by their bytes. */
function ofNotebooks(a: string, b: string): Difference {
  const [first, second] = [a, b].map(
    (each) =>
      (JSON.parse(each) as { readonly cells: readonly Cell[] }).cells.filter(
        ({ cell_type }) => cell_type === "code",
      )!,
  );
  if (
    first!.map(({ source }) => joined(source)).join() !== second!.map(({ source }) => joined(source)).join()
  )
    return other("the code is another");
  const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
  const found = first!.flatMap((cell, i) => {
    const shown = (one: Cell) =>
      (one.outputs ?? []).map((out) => joined(out.text) || joined(out.data?.["text/plain"])).join("\n");
    const pictures = (one: Cell) => (one.outputs ?? []).map((out) => joined(out.data?.["image/png"])).join();
    const [one, two] = [shown(cell), shown(second![i]!)];
    const hasPicture = pictures(cell) !== pictures(second![i]!);
    if (one === two) return hasPicture ? [other(`code cell ${i}: picture`)] : [];
    if (one.replace(number, "#") !== two.replace(number, "#")) return [other(`code cell ${i}: words`)];
    const [x, y] = [one, two].map((each) => (each.match(number) ?? []).map(Number));
    return [worst(x!.map((value, k) => ofNumbers([value], [y![k]!], `code cell ${i}: numbers`)))];
  });
  if (found.length === 0) return same;
  return { by: worst(found).by, about: found.map(({ about }) => about).join(", ") };
}

function ofBytes(a: Buffer, b: Buffer): Difference {
  if (a.length !== b.length) return other(`${a.length} and ${b.length} bytes`);
  const differing = a.reduce((n, byte, i) => n + Number(byte !== b[i]), 0);
  return other(`${differing} of ${a.length} bytes`);
}

/** Compares a committed file with one that was made again.
 *
 *  @param committed Path; its ending says what the file is: .safetensors, .json, .jsonl (a journal), .ipynb, anything else bytes.
 *  @param made Path of the other.
 *  @returns How far they are apart.
 *  @throws Error where one of them cannot be read. */
export function difference(committed: string, made: string): Difference {
  const [a, b] = [readFileSync(committed), readFileSync(made)];
  if (a.equals(b)) return same;
  switch (extname(committed)) {
    case ".safetensors":
      return ofWeights(a, b);
    case ".json":
      return ofJson(JSON.parse(text(a)), JSON.parse(text(b)), "");
    case ".jsonl":
      return ofJournals(committed, made);
    case ".ipynb":
      return ofNotebooks(text(a), text(b));
    default:
      return ofBytes(a, b);
  }
}
