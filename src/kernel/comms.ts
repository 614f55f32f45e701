// Comms of the main thread: targets that cells registered, and lines that are open.
import { randomUUID } from "node:crypto";
import type { HostComm } from "../core/host.js";
import type { Link } from "./link.js";
import { Origin, origins } from "./origin.js";
import type { ToMain } from "./protocol.js";

type CommMessage = Extract<ToMain, { t: "comm" }>;
type Sent = Parameters<HostComm["send"]>[1];

/** One line to the front end. */
class Comm implements HostComm {
  readonly id: string;
  readonly target: string;
  readonly #all: Comms;
  onMessage: ((data: unknown, buffers: readonly Uint8Array[]) => unknown) | undefined;
  onClosed: ((data: unknown) => unknown) | undefined;

  constructor(all: Comms, target: string, id: string) {
    this.#all = all;
    this.target = target;
    this.id = id;
  }

  send(data: object, options?: Sent): void {
    this.#all.publish("comm_msg", { comm_id: this.id, data }, options);
  }
  onMsg(f: (data: unknown, buffers: readonly Uint8Array[]) => unknown): void {
    this.onMessage = f;
  }
  onClose(f: (data: unknown) => unknown): void {
    this.onClosed = f;
  }
  close(data: object = {}): void {
    this.#all.publish("comm_close", { comm_id: this.id, data });
    this.#all.forget(this.id);
  }
}

/** All comms of a kernel. */
export class Comms {
  readonly #link: Link;
  readonly #origin: () => Origin | undefined;
  readonly #targets = new Map<string, (comm: HostComm, data: unknown) => unknown>();
  readonly #open = new Map<string, Comm>();

  /** @param origin Parent of messages that code sends. */
  constructor(link: Link, origin: () => Origin | undefined) {
    this.#link = link;
    this.#origin = origin;
  }

  /** Names the function that takes comms which the front end opens. */
  register(target: string, onOpen: (comm: HostComm, data: unknown) => unknown): void {
    this.#targets.set(target, onOpen);
  }

  /** Opens a comm to the front end. */
  open(target: string, data: object, options?: Sent): HostComm {
    const comm = new Comm(this, target, randomUUID());
    this.#remember(comm);
    this.publish("comm_open", { comm_id: comm.id, target_name: target, data }, options);
    return comm;
  }

  /** Handles a message of the front end. Called with the guard up. */
  receive(m: CommMessage): void {
    const origin = new Origin(m.seq, this.#link);
    try {
      this.#link.user(() => origins.run(origin, () => this.#deliver(m)));
    } catch (e) {
      // Shown as any other error that nobody caught, under this message.
      origins.run(origin, () => void Promise.reject(e));
    }
    origin.post({ t: "reply", seq: m.seq, content: "{}", failed: false, output: null });
  }

  publish(type: string, content: object, options: Sent = {}): void {
    const origin = this.#origin();
    const seq = origin?.seq ?? 0;
    const metadata = options.metadata && JSON.stringify(options.metadata);
    const buffers = options.buffers?.map((b) => b.slice());
    const message = { t: "iopub", seq, type, content: JSON.stringify(content), metadata, buffers } as const;
    if (origin) origin.post(message);
    else this.#link.post(message);
  }

  forget(id: string): void {
    this.#open.delete(id);
    this.#link.post({ t: "comm", comm: id, target: null });
  }

  #deliver(m: CommMessage): unknown {
    const comm = this.#open.get(m.comm);
    if (m.kind === "msg") return comm?.onMessage?.(m.data, m.buffers);
    if (m.kind === "close") {
      this.forget(m.comm);
      return comm?.onClosed?.(m.data);
    }
    const onOpen = this.#targets.get(m.target);
    if (!onOpen) return this.publish("comm_close", { comm_id: m.comm, data: {} });
    const opened = new Comm(this, m.target, m.comm);
    this.#remember(opened);
    return onOpen(opened, m.data);
  }

  #remember(comm: Comm): void {
    this.#open.set(comm.id, comm);
    this.#link.post({ t: "comm", comm: comm.id, target: comm.target });
  }
}
