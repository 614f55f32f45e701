// The bridge between a cell and the kernel that runs it. In a plain script there is no host and rooms fall back to the terminal.

/** What Jupyter shows: MIME type to text, base64 (images) or an object (JSON types). */
export type Bundle = Readonly<Record<string, unknown>>;

/** A Jupyter comm: one line of messages between a cell and the front end. */
export interface HostComm {
  readonly id: string;
  readonly target: string;
  /** Sends to the front end.
   *  @param data Plain JSON.
   *  @param options.buffers Bytes that travel beside it. */
  send(
    data: object,
    options?: { readonly metadata?: object; readonly buffers?: readonly Uint8Array[] },
  ): void;
  onMsg(f: (data: unknown, buffers: readonly Uint8Array[]) => unknown): void;
  onClose(f: (data: unknown) => unknown): void;
  close(data?: object): void;
}

/** What the kernel process offers to the cell that is running. */
export interface Host {
  /** display_data, or update_display_data when `update`; a promise keeps its place among the prints. */
  display(
    bundle: Bundle | Promise<Bundle>,
    options?: { readonly displayId?: string; readonly update?: boolean; readonly metadata?: object },
  ): void;
  clearOutput(wait: boolean): void;
  input(prompt: string, password: boolean): Promise<string>;
  openComm(
    target: string,
    data: object,
    options?: { readonly metadata?: object; readonly buffers?: readonly Uint8Array[] },
  ): HostComm;
  registerComm(target: string, onOpen: (comm: HostComm, data: unknown) => unknown): void;
  /** Aborted when the running cell is interrupted; a new one for each cell. */
  abortSignal(): AbortSignal;
  /** Number of the running cell, as in In[7]. */
  cell(): number;
}

const key = Symbol.for("geodl.host");

/** The kernel's host, or undefined in a plain script.
 *  @returns The object that the kernel process left on globalThis before the first cell. */
export function host(): Host | undefined {
  return (globalThis as { [key]?: Host })[key];
}
