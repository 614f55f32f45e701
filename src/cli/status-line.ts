// One line on stderr that says how far long work is: drawn over in a terminal, every 10 % elsewhere. Results go to stdout.

/** Duration in two units at most. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A status line. */
export interface StatusLine {
  /** @param share Done, 0 .. 1. @param text What stands on the line. */
  update(share: number, text: string): void;
  /** Ends the line, so that what follows starts a new one. */
  end(): void;
}

/** Makes a status line; nothing is written before the first update. */
export function statusLine(): StatusLine {
  const tty = process.stderr.isTTY === true;
  let drawn = Number.NEGATIVE_INFINITY;
  let tenth = -1;
  let isOpen = false;
  return {
    update(share, text) {
      if (tty) {
        if (share < 1 && performance.now() - drawn < 200) return;
        process.stderr.write(`\r\x1b[2K${text}`);
        isOpen = true;
      } else {
        if (Math.floor(10 * share) === tenth) return;
        tenth = Math.floor(10 * share);
        process.stderr.write(`${text}\n`);
      }
      drawn = performance.now();
    },
    end() {
      if (isOpen) process.stderr.write("\n");
      isOpen = false;
    },
  };
}

/** Text of a share that is done, with the time left by what has passed.
 *  @param label Before it. @param share 0 .. 1. @param since Start, as performance.now() gave it. */
export function shareText(label: string, share: number, since: number): string {
  const passed = (performance.now() - since) / 1000;
  const left = share > 0.01 && share < 1 ? `, ${durationText((passed / share) * (1 - share))} left` : "";
  return `${label}: ${Math.floor(100 * share)} %${left}`;
}
