// process.exit in a cell ends the process with that code, after everything printed has been sent.
import type { Link } from "./link.js";
import { slot } from "./protocol.js";

/** Closes the server thread's sockets before the process ends: zeromq aborts it otherwise. */
export function closeOnExit(link: Link): void {
  const target = process as NodeJS.Process & { reallyExit(code?: number): never };
  const exit = target.reallyExit.bind(process);
  target.reallyExit = (code) => {
    link.post({ t: "exit" });
    Atomics.wait(link.shared, slot.closed, 0, 2000);
    return exit(code);
  };
}
