// The five ZeroMQ sockets of a kernel, the only file that imports zeromq.
import { readFileSync } from "node:fs";
import { Publisher, Reply, Router } from "zeromq";

/** What a connection file holds. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly iopub_port: number;
  readonly hb_port: number;
}

/** Reads a connection file.
 *  @param path As the front end wrote it.
 *  @throws Error if it is not JSON or a port is missing. */
export function readConnection(path: string): Connection {
  const c = JSON.parse(readFileSync(path, "utf8")) as Connection;
  for (const port of ["shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"] as const)
    if (!Number.isInteger(c[port]))
      throw new Error(`readConnection: ${port} must be a port number, got ${c[port]}`);
  return c;
}

/** Names of the sockets that carry messages. */
export type Channel = "shell" | "control" | "stdin" | "iopub";

/** Bound sockets; `send` keeps the order of each socket. */
export interface Sockets {
  send(channel: Channel, frames: readonly Uint8Array[]): void;
  /** Resolves once everything sent so far was handed to ZeroMQ. */
  drained(): Promise<unknown>;
  close(): void;
}

/** Binds the sockets and starts reading.
 *  @param c Where to.
 *  @param onMessage Called with the frames of each message of shell, control and stdin. */
export async function bind(
  c: Connection,
  onMessage: (channel: Exclude<Channel, "iopub">, frames: Buffer[]) => void,
): Promise<Sockets> {
  const options = { linger: 1000, sendHighWaterMark: 0, receiveHighWaterMark: 0 };
  const sockets = {
    shell: new Router(options),
    control: new Router(options),
    stdin: new Router(options),
    iopub: new Publisher({ linger: 1000, sendHighWaterMark: 0 }),
  };
  const heartbeat = new Reply({ linger: 0 });
  const address = (port: number): string => `${c.transport}://${c.ip}:${port}`;
  await Promise.all([
    heartbeat.bind(address(c.hb_port)),
    ...(["shell", "control", "stdin", "iopub"] as const).map((s) => sockets[s].bind(address(c[`${s}_port`]))),
  ]);

  async function read(channel: Exclude<Channel, "iopub">): Promise<void> {
    for await (const frames of sockets[channel]) onMessage(channel, frames);
  }
  async function beat(): Promise<void> {
    for await (const frames of heartbeat) await heartbeat.send(frames);
  }
  const closed = (): void => undefined;
  for (const channel of ["shell", "control", "stdin"] as const) read(channel).catch(closed);
  beat().catch(closed);

  // zeromq allows one send at a time for each socket: the others wait in a list.
  const waiting = { shell: [], control: [], stdin: [], iopub: [] } as Record<
    Channel,
    (readonly Uint8Array[])[]
  >;
  const running = new Map<Channel, Promise<void>>();
  async function drain(channel: Channel): Promise<void> {
    for (let f = waiting[channel].shift(); f; f = waiting[channel].shift()) {
      try {
        await sockets[channel].send(f as Uint8Array[]);
      } catch {
        // The receiver is gone (a router without a route, a closed socket): the message has no reader.
      }
    }
    running.delete(channel);
  }
  return {
    send(channel, frames) {
      waiting[channel].push(frames);
      if (!running.has(channel)) running.set(channel, drain(channel));
    },
    drained: () => Promise.all(running.values()),
    close() {
      for (const s of [...Object.values(sockets), heartbeat]) s.close();
    },
  };
}
