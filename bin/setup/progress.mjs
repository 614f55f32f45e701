// What the reader sees: one line a step, with seconds that count in a terminal and a sign of life elsewhere.

const often = 1000; // ms between updates in a terminal
const seldom = 15_000; // ms between lines elsewhere

/** Shows how a set-up goes.
 *  @param {{ out: NodeJS.WriteStream, quiet: boolean, total: number }} options */
export function progress({ out, quiet, total }) {
  const isTerminal = Boolean(out.isTTY) && !process.env.CI;
  let timer;
  const head = (number, name) => `[${number}/${total}] ${name.padEnd(11)}`;
  const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;
  const print = (text) => {
    if (!quiet) out.write(text);
  };
  return {
    /** A line of its own. */
    say: (line) => print(`${line}\n`),
    /** Begins a step; the note says what it is doing, the measure how far. */
    begin(number, name) {
      const from = performance.now();
      let text = "";
      let measure;
      let lastLine = from;
      const line = () => {
        const far = measure?.();
        return `${head(number, name)} ${text}${far ? `, ${far}` : ""} ... ${seconds(from)}`;
      };
      const draw = () => print(`\r\x1b[2K${line().slice(0, Math.max(20, (out.columns ?? 80) - 1))}`);
      const tick = () => {
        if (isTerminal) draw();
        else if (performance.now() - lastLine >= seldom) {
          lastLine = performance.now();
          print(`${line()}\n`);
        }
      };
      timer = setInterval(tick, often);
      return {
        note(now, how) {
          text = now;
          measure = how;
          lastLine = performance.now();
          if (isTerminal) draw();
          else print(`${head(number, name)} ${text} ...\n`);
        },
        /** Ends the step, with what came of it. */
        end(detail) {
          clearInterval(timer);
          print(`${isTerminal ? "\r\x1b[2K" : ""}${head(number, name)} ${detail} (${seconds(from)})\n`);
        },
        /** Ends the step without a word: the error follows. */
        drop() {
          clearInterval(timer);
          if (isTerminal) print("\r\x1b[2K");
        },
      };
    },
    /** A step that is not made. */
    pass: (number, name, detail) => print(`${head(number, name)} ${detail}\n`),
  };
}
