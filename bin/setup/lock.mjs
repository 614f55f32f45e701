// One set-up at a time in a folder: a lock that says who holds it, and that outlives nobody.
import { randomUUID } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { end, isAlive, remember } from "./alive.mjs";
import { Stopped } from "./problem.mjs";

const beat = 2000; // ms between signs of life
const silence = 30_000; // ms without one, after which a holder on another host counts as gone

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function age(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** Makes a file with its content at once, only where there is none yet. */
function create(file, content) {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    if (error.code === "ENOENT") throw error;
    // A file system without hard links.
    try {
      writeFileSync(file, content, { flag: "wx" });
      return true;
    } catch (second) {
      if (second.code === "EEXIST") return false;
      throw second;
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function isGone(file, holder) {
  if (!holder) return age(file) > 5000;
  if (holder.host !== hostname()) return age(file) > silence;
  return !isAlive(holder);
}

/** Takes a dead holder's lock away. Only who holds FILE.break may, and looks again first, so that no living lock is lost. */
async function breakStale(file, holder) {
  const guard = `${file}.break`;
  if (!create(guard, String(process.pid))) {
    if (age(guard) > 10_000) rmSync(guard, { force: true });
    return;
  }
  try {
    const now = read(file);
    if (now?.token === holder?.token && isGone(file, now)) {
      await end(now?.child);
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Waits for the lock and takes it.
 *  @param {string} file Where it lies.
 *  @param {{ onWait: (holder: { pid: number, host: string }) => void, signal: AbortSignal }} options onWait is called
 *    once for each holder that is waited for.
 *  @returns `child(pid)` writes down the program that works for the holder, so that who takes over after a kill can end it;
 *    `release()` gives the lock back. */
export async function acquire(file, { onWait, signal }) {
  mkdirSync(dirname(file), { recursive: true });
  const own = { ...remember(process.pid), host: hostname(), token: randomUUID() };
  let waitedFor;
  while (!create(file, JSON.stringify(own))) {
    if (signal.aborted) throw new Stopped();
    const holder = read(file);
    if (isGone(file, holder)) {
      await breakStale(file, holder);
      continue;
    }
    if (holder && holder.token !== waitedFor) {
      waitedFor = holder.token;
      onWait(holder);
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  // Drafts of those who were killed while they asked.
  for (const name of readdirSync(dirname(file)))
    if (/^lock\..{36}$/.test(name) && age(join(dirname(file), name)) > 60_000)
      rmSync(join(dirname(file), name), { force: true });
  const timer = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // The folder was taken away; the step at work says so.
    }
  }, beat);
  timer.unref();
  return {
    child(pid) {
      try {
        writeFileSync(`${file}.${own.token}`, JSON.stringify(pid ? { ...own, child: remember(pid) } : own));
        renameSync(`${file}.${own.token}`, file);
      } catch {
        // A full disk: the program at work will say so, better than this note could.
        rmSync(`${file}.${own.token}`, { force: true });
      }
    },
    release() {
      clearInterval(timer);
      if (read(file)?.token === own.token) rmSync(file, { force: true });
    },
  };
}
