// What was typed in this kernel, for the front end's history search, and in those before it.
import type { Line, Sessions } from "./sessions.js";

/** One entry as Jupyter wants it: session, line, then source or [source, output]. */
export type Entry = readonly [number, number, string | readonly [string, string | null]];

/** A glob with * and ? as an anchored regular expression.
 *  @param pattern Glob over the whole source.
 *  @returns The expression; the dot matches line ends. */
export function glob(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${body}$`, "s");
}

/** The history of one kernel. Its session number is 1; 0 means the current session, which is the same; -1 is the kernel
 *  before it, -2 the one before that. Only a range reaches those: tail and search are about the running kernel. */
export class History {
  readonly #lines: Line[] = [];
  readonly #sessions: Sessions | undefined;

  /** @param sessions Earlier kernels, and where this one's cells are kept for later ones. */
  constructor(sessions?: Sessions) {
    this.#sessions = sessions;
  }

  /** Adds a cell at the moment when it starts. */
  add(count: number, source: string): void {
    this.#lines.push({ count, source, output: null });
    this.#sessions?.add(count, source);
  }

  /** Leaves the text of a result beside its cell. */
  setOutput(count: number, output: string | null): void {
    const line = this.#lines.findLast((l) => l.count === count);
    if (line) line.output = output;
    if (line && output !== null) this.#sessions?.setOutput(count, output);
  }

  /** Answers a history_request.
   *  @param request Its content: hist_access_type tail, range or search, and what belongs to it.
   *  @returns The entries, oldest first. */
  answer(request: Readonly<Record<string, unknown>>): Entry[] {
    const number = (name: string): number | undefined => {
      const v = request[name];
      return typeof v === "number" ? v : undefined;
    };
    let lines: readonly Line[] = this.#lines;
    let session = 1;
    const type = request.hist_access_type;
    if (type === "range") {
      session = number("session") || 1;
      const start = number("start") ?? 0;
      const stop = number("stop") ?? Number.POSITIVE_INFINITY;
      if (session < 0) lines = this.#sessions?.earlier(-session) ?? [];
      lines = session <= 1 ? lines.filter((l) => l.count >= start && l.count < stop) : [];
    } else if (type === "search") {
      const matcher = glob(typeof request.pattern === "string" ? request.pattern : "*");
      lines = lines.filter((l) => matcher.test(l.source));
      if (request.unique === true)
        lines = lines.filter((l, i, all) => all.findLastIndex((m) => m.source === l.source) === i);
    }
    const n = number("n");
    if (type !== "range" && n !== undefined) lines = n > 0 ? lines.slice(-n) : [];
    return lines.map(
      (l): Entry => [session, l.count, request.output === true ? [l.source, l.output] : l.source],
    );
  }
}
