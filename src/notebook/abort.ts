// The signal that long computations watch, so that the stop button stops them.
import { host } from "../core/host.js";

let terminal: AbortController | undefined;

/** AbortSignal of the running cell: aborted when its reader stops it; in a plain script, at the first Ctrl-C.
 *
 *  Its `aborted` may be polled by code that never returns to the event loop.
 *  @returns In a notebook a new one for each cell. */
export function abortSignal(): AbortSignal {
  const h = host();
  if (h) return h.abortSignal();
  if (!terminal) {
    const controller = new AbortController();
    terminal = controller;
    process.once("SIGINT", () => controller.abort(new DOMException("stopped by Ctrl-C", "AbortError")));
  }
  return terminal.signal;
}
