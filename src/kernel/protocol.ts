// What the two threads of the kernel say to each other, and the four integers that they share.

/** One request from the front end, as the main thread sees it; `seq` names it in every answer. */
export type ToMain =
  | {
      readonly t: "execute";
      readonly seq: number;
      readonly code: string;
      readonly count: number;
      readonly silent: boolean;
      readonly allowStdin: boolean;
      readonly expressions: Readonly<Record<string, string>>;
    }
  | { readonly t: "complete"; readonly seq: number; readonly code: string; readonly pos: number }
  | {
      readonly t: "inspect";
      readonly seq: number;
      readonly code: string;
      readonly pos: number;
    }
  | { readonly t: "is_complete"; readonly seq: number; readonly code: string }
  | {
      readonly t: "comm";
      readonly seq: number;
      readonly kind: "open" | "msg" | "close";
      readonly comm: string;
      readonly target: string;
      readonly data: unknown;
      readonly buffers: readonly Uint8Array[];
    }
  | { readonly t: "input"; readonly value: string }
  | { readonly t: "interrupt"; readonly turn: number; readonly seq: number }
  | { readonly t: "terminated"; readonly seq: number };

/** One message of the main thread: text, an IOPub message or a reply; JSON is made where the values live. */
export type ToServer =
  | {
      readonly t: "text";
      readonly seq: number;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  | {
      readonly t: "iopub";
      readonly seq: number;
      readonly type: string;
      readonly content: string;
      readonly metadata?: string;
      readonly buffers?: readonly Uint8Array[];
    }
  | {
      readonly t: "reply";
      readonly seq: number;
      readonly content: string;
      readonly failed: boolean;
      /** text/plain of the result, for the history. */
      readonly output: string | null;
    }
  | { readonly t: "comm"; readonly comm: string; readonly target: string | null }
  | { readonly t: "input"; readonly seq: number; readonly prompt: string; readonly password: boolean }
  | { readonly t: "ack"; readonly turn: number }
  | { readonly t: "exit" };

/** Places in the shared Int32Array. */
export const slot = {
  /** 0: user code may run, and may be terminated. 1: kernel code runs. 2: a termination is on its way. */
  guard: 0,
  /** `seq` of the cell that was interrupted last; an AbortSignal's `aborted` reads it. */
  interrupted: 1,
  /** `seq` of the last cell that asked for its AbortSignal: such code is given longer to end by itself. */
  patient: 2,
  /** 1 once the server has sent everything and closed its sockets. */
  closed: 3,
  /** How far a termination has come, see `aim`. */
  aim: 4,
} as const;

/** Steps of a termination: asked, the main thread stands where it may be struck and waits, struck, not now. */
export const aim = { asked: 0, ready: 1, struck: 2, declined: 3 } as const;

/** What the server thread is started with. */
export interface ServerData {
  readonly connectionFile: string;
  readonly shared: Int32Array;
  readonly port: import("node:worker_threads").MessagePort;
  readonly version: string;
  /** Folder of the history of earlier kernels. */
  readonly history: string;
}

/** Key on globalThis of the function that runs on the main thread just before it is terminated. */
export const unwindKey = "geodl.unwind";
