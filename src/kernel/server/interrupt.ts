// Interrupting the main thread: ask it first; when it does not answer, it is computing, and its execution is terminated.
import { Session } from "node:inspector";
import { aim, slot, type ToMain, unwindKey } from "../protocol.js";

const sleep = (ms: number): Promise<void> => new Promise((f) => setTimeout(f, ms));

/** Ends what the main thread does. Only code that runs with the guard at 0, i.e. the user's, is ever terminated. */
export class Interrupter {
  readonly #shared: Int32Array;
  readonly #post: (m: ToMain) => void;
  #session: Session | undefined;
  #turn = 0;
  #acknowledged = 0;
  #isBusy = false;
  #isConnected = false;

  /** @param shared The integers of `slot`.
   *  @param post Sends to the main thread. */
  constructor(shared: Int32Array, post: (m: ToMain) => void) {
    this.#shared = shared;
    this.#post = post;
  }

  /** The main thread has seen the request of this turn. */
  acknowledge(turn: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, turn);
  }

  /** Interrupts a cell.
   *  @param seq Its request; 0 when none runs, which ends nothing but background code that computes without end.
   *  @param grace Time to answer by itself, ms. Default 100; code that asked for its AbortSignal gets 2,000. */
  async interrupt(seq: number, grace = 100): Promise<void> {
    Atomics.store(this.#shared, slot.interrupted, seq);
    const turn = ++this.#turn;
    this.#post({ t: "interrupt", turn, seq });
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      const isPatient = seq !== 0 && Atomics.load(this.#shared, slot.patient) === seq;
      const end = performance.now() + (isPatient ? 2000 : grace);
      while (this.#acknowledged < turn && this.#turn === turn && performance.now() < end) await sleep(5);
      while (this.#acknowledged < turn) {
        if (Atomics.compareExchange(this.#shared, slot.guard, 0, 2) === 0) {
          const isStruck = await this.#terminate(() => this.#acknowledged >= turn);
          Atomics.store(this.#shared, slot.guard, 0);
          if (isStruck) this.#post({ t: "terminated", seq });
          if (isStruck) return;
        }
        await sleep(10);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  /** Asks, through the inspector, for a moment at which the main thread may be struck, and strikes.
   *  @param isAnswered The main thread is back in its event loop after all.
   *  @returns Whether it was struck. */
  async #terminate(isAnswered: () => boolean): Promise<boolean> {
    this.#session ??= new Session();
    const session = this.#session;
    if (!this.#isConnected) session.connectToMainThread();
    this.#isConnected = true;
    const state = (): number => Atomics.load(this.#shared, slot.aim);
    // Long enough for many askings, short enough that a guard that waits for a blow does not wait for ever.
    for (let n = 0; n < 1000 && !isAnswered(); n++) {
      Atomics.store(this.#shared, slot.aim, aim.asked);
      session.post("Runtime.evaluate", { expression: `globalThis[Symbol.for("${unwindKey}")]()` });
      for (let spins = 0; state() === aim.asked && spins < 20000; spins++);
      while (state() === aim.asked && !isAnswered()) await sleep(1);
      if (state() !== aim.ready) continue;
      return new Promise((f) => {
        session.post("Runtime.terminateExecution", () => f(true));
        Atomics.store(this.#shared, slot.aim, aim.struck);
      });
    }
    return false;
  }
}
