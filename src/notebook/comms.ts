// Jupyter comms: lines of messages between a cell and the front end.
import { type HostComm, host } from "../core/host.js";

/** One line of messages. */
export interface Comm extends Omit<HostComm, "onMsg"> {
  /** Called with each message of the front end; the last function given counts.
   *  @param f Gets the data, of which nothing is known, and the buffers. */
  // biome-ignore lint/suspicious/noExplicitAny: what a front end sends has no type; every comm API types it so.
  onMsg(f: (data: any, buffers: readonly Uint8Array[]) => unknown): void;
}

function kernel(call: string): NonNullable<ReturnType<typeof host>> {
  const h = host();
  if (!h) throw new Error(`${call}: comms need a front end, got a plain script; run this in a notebook`);
  return h;
}

/** Comms of this kernel. */
export const comms = {
  /** Names what happens when the front end opens a comm.
   *  @param target Name that the front end opens.
   *  @param onOpen Gets the comm and what came with the opening.
   *  @throws Error outside a notebook. */
  register(target: string, onOpen: (comm: Comm, data: unknown) => unknown): void {
    kernel("comms.register").registerComm(target, (comm: HostComm, data) => onOpen(comm, data));
  },

  /** Opens a comm to the front end.
   *  @param target Name that the front end has registered.
   *  @param data Goes with the opening. Default {}.
   *  @throws Error outside a notebook. */
  open(
    target: string,
    data: object = {},
    options?: { readonly metadata?: object; readonly buffers?: readonly Uint8Array[] },
  ): Comm {
    return kernel("comms.open").openComm(target, data, options);
  },
} as const;
