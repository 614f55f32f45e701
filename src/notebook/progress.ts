// A progress bar around a loop: one display in a notebook, one line in a terminal, a line every 10 % elsewhere.
import { host } from "../core/index.js";

const width = 24;
const interval = 200; // ms between two drawings

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** One line: label, bar, share, count, rate, time left (or taken, at the end). */
export function barLine(label: string, done: number, total: number | undefined, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const speed = rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3);
  const head = label ? `${label}  ` : "";
  if (total === undefined) return `${head}${done}, ${speed}/s, ${duration(seconds)}`;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * width);
  const bar = "█".repeat(full) + "░".repeat(width - full);
  const time =
    done >= total
      ? `in ${duration(seconds)}`
      : rate > 0
        ? `${duration((total - done) / rate)} left`
        : "starting";
  return `${head}${bar} ${Math.floor(share * 100)} %  ${done}/${total}, ${speed}/s, ${time}`;
}

/** A bar that the caller moves; `progress` moves one around a loop. */
export interface Bar {
  /** Draws when the last drawing is 0.2 s old, and always at the end. */
  update(done: number): void;
  /** Draws the last state, whatever came before. */
  end(): void;
}

/** Makes a bar at zero.
 *  @param total Steps in all; undefined where nobody knows.
 *  @param label Text before the bar. */
export function bar(total: number | undefined, label = ""): Bar {
  const start = performance.now();
  const displayId = crypto.randomUUID();
  const tty = process.stdout.isTTY === true;
  let done = 0;
  let drawn = Number.NEGATIVE_INFINITY; // time of the last drawing
  let tenths = -1;
  let isShown = false;
  let hasEnded = false;
  const draw = (isLast: boolean) => {
    const now = performance.now();
    const line = barLine(label, done, total, (now - start) / 1000);
    const kernel = host();
    if (kernel) {
      if (!isLast && now - drawn < interval) return;
      kernel.display({ "text/plain": line }, { displayId, update: isShown });
      isShown = true;
    } else if (tty) {
      if (!isLast && now - drawn < interval) return;
      process.stdout.write(`\r\x1b[2K${line}${isLast ? "\n" : ""}`);
    } else {
      const tenth = total ? Math.floor((10 * done) / total) : Math.floor((now - start) / 10_000);
      if (!isLast && tenth === tenths) return;
      tenths = tenth;
      console.log(line);
    }
    drawn = now;
  };
  draw(false);
  return {
    update(value) {
      done = value;
      if (!hasEnded && done === total) {
        hasEnded = true;
        draw(true);
      } else draw(false);
    },
    end() {
      if (hasEnded) return;
      hasEnded = true;
      draw(true);
    },
  };
}

function* around<T>(items: Iterable<T>, total: number | undefined, label: string): Generator<T, void> {
  const shown = bar(total, label);
  let done = 0;
  try {
    for (const item of items) {
      yield item;
      shown.update(++done);
    }
  } finally {
    shown.end();
  }
}

async function* aroundAsync<T>(items: AsyncIterable<T>, label: string): AsyncGenerator<T, void> {
  const shown = bar(undefined, label);
  let done = 0;
  try {
    for await (const item of items) {
      yield item;
      shown.update(++done);
    }
  } finally {
    shown.end();
  }
}

function* count(total: number): Generator<number, void> {
  for (let i = 0; i < total; i++) yield i;
}

/** A loop with a bar: share, rate and time left. A loop that ends early leaves the bar where it was.
 *
 *  @param items What to loop over; a number n stands for 0, 1, ..., n - 1. An async iterable is looped over with `for await`.
 *  @param label Text before the bar. Default none.
 *  @returns The same items.
 *  @throws RangeError if a number is no integer >= 0.
 *  @example for (const epoch of progress(20, "epochs")) train(epoch); */
export function progress(total: number, label?: string): Generator<number, void>;
export function progress<T>(items: Iterable<T>, label?: string): Generator<T, void>;
export function progress<T>(items: AsyncIterable<T>, label?: string): AsyncGenerator<T, void>;
export function progress<T>(
  items: number | Iterable<T> | AsyncIterable<T>,
  label = "",
): Generator<T | number, void> | AsyncGenerator<T, void> {
  if (typeof items === "number") {
    if (!Number.isInteger(items) || items < 0)
      throw new RangeError(`progress: the total must be an integer >= 0, got ${items}`);
    return around(count(items), items, label);
  }
  if (Symbol.asyncIterator in items) return aroundAsync(items, label);
  const { length, size } = items as { readonly length?: number; readonly size?: number };
  return around(items, length ?? size, label);
}
