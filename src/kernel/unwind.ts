// The moment before a termination, on the main thread: Node's stack of async ids must be empty when code is unwound.
import { executionAsyncId } from "node:async_hooks";
import type { Link } from "./link.js";
import { aim, slot, unwindKey } from "./protocol.js";

/** What is thrown so that Node empties its stack of async ids. */
export const unwinding = new Error("about to be terminated");

/** Node 20 and 22 keep async ids in promise hooks, check after each turn that none is left, and abort the process
 *  otherwise. Later versions have no such hooks. */
const hasHooks = Number(process.versions.node.split(".")[0]) < 24;

/** Puts the function on globalThis that the server thread calls, through the inspector, in the middle of whatever runs.
 *
 *  Where no async id is set, the code that runs may be Node's own, about to set one: it declines and is asked again.
 *  Otherwise it has the stack emptied, which only the handling of an uncaught exception does, and then holds the
 *  main thread until V8 has been told to terminate, so that nothing runs in between. */
export function allowTermination(link: Link): void {
  const { shared } = link;
  const target = process as NodeJS.Process & { _fatalException?(e: Error): boolean };
  const unwind = (): void => {
    if (hasHooks) {
      if (executionAsyncId() === 0) return void Atomics.store(shared, slot.aim, aim.declined);
      target._fatalException?.(unwinding);
    }
    Atomics.store(shared, slot.aim, aim.ready);
    const end = performance.now() + 500;
    while (Atomics.load(shared, slot.aim) === aim.ready && performance.now() < end);
  };
  Object.defineProperty(globalThis, Symbol.for(unwindKey), { value: unwind });
}
