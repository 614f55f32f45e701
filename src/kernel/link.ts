// The main thread's end of the line to the server, and the guard that keeps a termination away from kernel code.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { type ServerData, slot, type ToMain, type ToServer } from "./protocol.js";

/** Messages to and from the server thread. */
export class Link {
  readonly shared = new Int32Array(new SharedArrayBuffer(32));
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #depth = 1;

  /** Starts the server thread. The guard is up until the first `listen`.
   *  @param connectionFile Written by the front end.
   *  @param version JSON of `kernelInfo`'s parameter.
   *  @param history Folder of the history of earlier kernels. */
  constructor(connectionFile: string, version: string, history: string) {
    Atomics.store(this.shared, slot.guard, 1);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: ServerData = { connectionFile, shared: this.shared, port: port2, version, history };
    const options = { workerData, transferList: [port2], execArgv: [], name: "geodl-server" };
    this.#worker = new Worker(new URL("./server/server.js", import.meta.url), options);
    this.#worker.on("error", (e) => {
      process.stderr.write(`geodl kernel: the server thread failed: ${e.stack ?? e}\n`);
      process.kill(process.pid, "SIGKILL");
    });
  }

  /** Takes messages from now on; a wake-up that a termination swallows loses none, since they wait in the port.
   *  @param handle Called with the guard up. */
  listen(handle: (m: ToMain) => void): void {
    const drain = (): void =>
      this.kernel(() => {
        for (let m = receiveMessageOnPort(this.#port); m; m = receiveMessageOnPort(this.#port))
          handle(m.message as ToMain);
      });
    this.#worker.on("message", drain);
    this.#leave();
    drain();
  }

  /** Sends to the server thread. */
  post(m: ToServer): void {
    this.#worker.postMessage(m);
  }

  /** Runs kernel code: it is never terminated. User code that it calls must go through `user`.
   *  @returns What f returns. */
  kernel<T>(f: () => T): T {
    this.#enter();
    try {
      return f();
    } finally {
      this.#leave();
    }
  }

  /** Runs user code from kernel code: it may be terminated, and then nothing of the caller goes on either.
   *  @returns What f returns. */
  user<T>(f: () => T): T {
    const depth = this.#depth;
    this.#depth = 0;
    Atomics.store(this.shared, slot.guard, 0);
    try {
      return f();
    } finally {
      this.#enter();
      this.#depth = depth;
    }
  }

  #enter(): void {
    // While a termination is on its way (2) this loop is what it strikes; the depth is 0 then, as it should be.
    if (this.#depth === 0) while (Atomics.compareExchange(this.shared, slot.guard, 0, 1) === 2);
    this.#depth++;
  }

  #leave(): void {
    if (--this.#depth === 0) Atomics.store(this.shared, slot.guard, 0);
  }
}
