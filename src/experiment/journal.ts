// The journal: one file of JSON lines, a line for each session's circumstances and one for each task done.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { type Entry, taskKey } from "./types.js";

/** Under what a session's tasks were run. */
export interface Session {
  readonly experiment: string;
  /** Hash of the code that the tasks ran. */
  readonly code: string;
  readonly profile: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Day, as 2026-11-21. */
  readonly day: string;
}

/** A session and the tasks that it did. */
export interface Chapter {
  readonly session: Session;
  readonly entries: readonly Entry[];
}

interface Line {
  readonly session?: Session;
  readonly task?: Entry["task"];
  readonly result?: Entry["result"];
  readonly seconds?: number;
}

const newline = 10;

/** Reads a journal. A last line that was cut short (the process was killed while it wrote) is left out.
 *
 *  @param file Path.
 *  @returns Its sessions in order; none where there is no file.
 *  @throws Error naming the line, where one before the last is no JSON or stands before any session. */
export function readJournal(file: string): readonly Chapter[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  const lines = bytes
    .subarray(0, bytes.lastIndexOf(newline) + 1)
    .toString("utf8")
    .split("\n")
    .slice(0, -1);
  const chapters: { session: Session; entries: Entry[] }[] = [];
  lines.forEach((text, i) => {
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      throw new Error(
        `readJournal: each line must be JSON, got "${text.slice(0, 40)}" in line ${i + 1} of ${file}`,
      );
    }
    const { session, task, result, seconds = 0 } = line;
    if (session) chapters.push({ session, entries: [] });
    else if (task && result && chapters.length > 0) chapters.at(-1)!.entries.push({ task, result, seconds });
    else
      throw new Error(
        `readJournal: a line must hold a session or a task, got neither in line ${i + 1} of ${file}`,
      );
  });
  return chapters;
}

/** Results by the tasks' identity; the last one of a task wins. */
export function resultsOf(chapters: readonly Chapter[]): Map<string, Entry> {
  return new Map(chapters.flatMap(({ entries }) => entries.map((entry) => [taskKey(entry.task), entry])));
}

/** A journal that is written to. */
export interface Journal {
  /** Adds a line and waits until the disk has it. */
  add(entry: Entry): void;
  close(): void;
}

/** Opens a journal for new tasks: a last line that was cut short is taken off, the session's line is added where it differs from the
 *  last one. A lock file beside it keeps a second process out.
 *
 *  @param file Path; its folder is made.
 *  @param session Circumstances of what follows.
 *  @returns The open journal.
 *  @throws Error where another process that is alive writes to it. */
export function openJournal(file: string, session: Session): Journal {
  mkdirSync(dirname(file), { recursive: true });
  const lock = `${file}.lock`;
  takeLock(lock);
  let handle: number | undefined;
  try {
    const last = readJournal(file).at(-1);
    handle = openSync(file, "a+");
    ftruncateSync(handle, readFileSync(file).lastIndexOf(newline) + 1);
    const put = (line: Line) => {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      for (let at = 0; at < bytes.length; ) at += writeSync(handle!, bytes, at);
      fsyncSync(handle!);
    };
    if (!last || taskKey({ ...last.session }) !== taskKey({ ...session })) put({ session });
    return {
      add: ({ task, result, seconds }) => put({ task, result, seconds }),
      close() {
        closeSync(handle!);
        rmSync(lock, { force: true });
      },
    };
  } catch (error) {
    if (handle !== undefined) closeSync(handle);
    rmSync(lock, { force: true });
    throw error;
  }
}

function takeLock(lock: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = Number(readFileSync(lock, "utf8"));
      if (isAlive(holder))
        throw new Error(
          `openJournal: one process at a time may write, got process ${holder} at it; wait for it, or remove ${lock}`,
        );
      rmSync(lock, { force: true }); // its process was killed
    }
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Writes a journal anew, whole or not at all: session by session, tasks in the order given, nothing else.
 *
 *  @param file Path; its folder is made.
 *  @param chapters Where the tasks were run.
 *  @param keys Identities of the tasks to keep, in order.
 *  @returns Bytes written. */
export function writeJournal(file: string, chapters: readonly Chapter[], keys: readonly string[]): number {
  const lines: string[] = [];
  const final = resultsOf(chapters);
  for (const { session, entries } of chapters) {
    const own = new Map(entries.map((entry) => [taskKey(entry.task), entry]));
    const kept = keys.filter((key) => own.get(key) !== undefined && own.get(key) === final.get(key));
    if (kept.length === 0) continue;
    lines.push(JSON.stringify({ session }));
    for (const key of kept) lines.push(JSON.stringify(own.get(key)));
  }
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.part${process.pid}`;
  const text = `${lines.join("\n")}\n`;
  writeFileSync(partial, text);
  renameSync(partial, file);
  return Buffer.byteLength(text);
}
