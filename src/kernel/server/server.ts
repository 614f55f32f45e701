// Entry of the server thread: reads requests, keeps their order, answers what it can, hands the rest to the main thread.
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { toCodePoints, toUtf16 } from "../codepoints.js";
import { type ServerData, slot, type ToMain, type ToServer } from "../protocol.js";
import { followParent, killGroup } from "./ending.js";
import { History } from "./history.js";
import { kernelInfo } from "./info.js";
import { Interrupter } from "./interrupt.js";
import { Queue, type Queued } from "./queue.js";
import { Sessions } from "./sessions.js";
import { bind, type Channel, readConnection } from "./sockets.js";
import { Streams } from "./streams.js";
import { type Header, type Incoming, wire } from "./wire.js";

interface Request extends Incoming, Queued {
  readonly seq: number;
  readonly channel: "shell" | "control";
  count: number;
}

const express = new Set(
  ["complete", "inspect", "is_complete", "history", "kernel_info", "comm_info"].map((t) => `${t}_request`),
);

async function serve(data: ServerData, port: NonNullable<typeof parentPort>): Promise<void> {
  const connection = readConnection(data.connectionFile);
  const w = wire(connection.key);
  const parents = new Map<number, Request>();
  const comms = new Map<string, string>();
  const history = new History(new Sessions(data.history, Date.now()));
  const info = JSON.stringify(kernelInfo(JSON.parse(data.version)));
  let seq = 0;
  let count = 0;

  const post = (m: ToMain): void => {
    data.port.postMessage(m);
    port.postMessage(0);
  };
  const interrupter = new Interrupter(data.shared, post);
  const sockets = await bind(connection, receive);
  const parentOf = (n: number): Header | Record<string, never> => parents.get(n)?.header ?? {};
  const publish = (type: string, parent: Header | Record<string, never>, content: string, extra = {}): void =>
    sockets.send("iopub", w.pack([Buffer.from(type)], type, parent, content, extra));
  const status = (parent: Header | Record<string, never>, state: "starting" | "busy" | "idle"): void =>
    publish("status", parent, JSON.stringify({ execution_state: state }));
  const streams = new Streams((n, name, text) =>
    publish("stream", parentOf(n), JSON.stringify({ name, text })),
  );
  const queue = new Queue<Request>(start);

  function answer(r: Request, content: string): void {
    streams.flush();
    const type = r.header.msg_type.replace(/_request$/, "_reply");
    sockets.send(r.channel, w.pack(r.ids, type, r.header, content));
    finish(r);
  }

  function finish(r: Request): void {
    streams.flush();
    status(r.header, "idle");
    // Late output only needs to know whose it is.
    if (parents.has(r.seq)) parents.set(r.seq, { ...r, content: {}, buffers: [] });
    queue.done(r);
  }

  function receive(channel: Exclude<Channel, "iopub">, frames: readonly Buffer[]): void {
    const m = w.parse(frames);
    if (!m) return;
    if (channel === "stdin") {
      if (m.header.msg_type === "input_reply") post({ t: "input", value: String(m.content.value ?? "") });
      return;
    }
    const type = m.header.msg_type;
    const isExpress = express.has(type) || (type === "comm_msg" && comms.has(String(m.content.comm_id)));
    const isExecute = type === "execute_request";
    const r: Request = { ...m, seq: ++seq, channel, isExecute, isExpress, isAborted: false, count: 0 };
    parents.set(r.seq, r);
    if (parents.size > 10000) parents.delete(parents.keys().next().value!);
    if (channel === "control") start(r);
    else queue.push(r);
  }

  const text = (r: Request, name: string): string => String(r.content[name] ?? "");

  function atCursor(t: "complete" | "inspect", r: Request): void {
    const code = text(r, "code");
    post({ t, seq: r.seq, code, pos: toUtf16(code, Number(r.content.cursor_pos ?? 0)) });
  }

  function comm(kind: "open" | "msg" | "close", r: Request): void {
    const more = { comm: text(r, "comm_id"), target: text(r, "target_name"), data: r.content.data ?? {} };
    post({ t: "comm", seq: r.seq, kind, ...more, buffers: [...r.buffers] });
  }

  function listComms(r: Request): void {
    const wanted = r.content.target_name ?? undefined;
    const known = [...comms].filter(([, target]) => wanted === undefined || wanted === target);
    const list = Object.fromEntries(known.map(([id, target]) => [id, { target_name: target }]));
    answer(r, JSON.stringify({ status: "ok", comms: list }));
  }

  function interrupt(r: Request): void {
    void interrupter.interrupt(queue.current?.isExecute ? queue.current.seq : 0);
    answer(r, JSON.stringify({ status: "ok" }));
  }

  function shutdown(r: Request): void {
    answer(r, JSON.stringify({ status: "ok", restart: r.content.restart === true }));
    void close().then(() => setTimeout(killGroup, 50));
  }

  const handlers: Readonly<Record<string, (r: Request) => void>> = {
    execute_request: (r) => (r.isAborted ? answer(r, JSON.stringify({ status: "aborted" })) : execute(r)),
    complete_request: (r) => atCursor("complete", r),
    inspect_request: (r) => atCursor("inspect", r),
    is_complete_request: (r) => post({ t: "is_complete", seq: r.seq, code: text(r, "code") }),
    kernel_info_request: (r) => answer(r, info),
    history_request: (r) => answer(r, JSON.stringify({ status: "ok", history: history.answer(r.content) })),
    comm_info_request: listComms,
    comm_open: (r) => comm("open", r),
    comm_msg: (r) => comm("msg", r),
    comm_close: (r) => comm("close", r),
    interrupt_request: interrupt,
    shutdown_request: shutdown,
  };

  function start(r: Request): void {
    streams.flush();
    status(r.header, "busy");
    (handlers[r.header.msg_type] ?? finish)(r);
  }

  function execute(r: Request): void {
    const c = r.content;
    const code = String(c.code ?? "");
    const silent = c.silent === true;
    const store = !silent && c.store_history !== false;
    r.count = store ? ++count : count + 1;
    if (store) history.add(r.count, code);
    if (!silent) publish("execute_input", r.header, JSON.stringify({ code, execution_count: r.count }));
    const expressions = (c.user_expressions ?? {}) as Record<string, string>;
    const allowStdin = c.allow_stdin === true;
    post({ t: "execute", seq: r.seq, code, count: r.count, silent, allowStdin, expressions });
  }

  function reply(m: Extract<ToServer, { t: "reply" }>): void {
    const r = parents.get(m.seq);
    if (!r) return;
    const type = r.header.msg_type;
    if (/^comm_(open|msg|close)$/.test(type)) finish(r);
    else if (type === "complete_request") answer(r, countPoints(r, m.content));
    else if (!r.isExecute) answer(r, m.content);
    else {
      history.setOutput(r.count, m.output);
      if (!m.failed || r.content.stop_on_error === false) answer(r, m.content);
      else fail(r, m.content);
    }
  }

  /** Cells sent together with one that failed may still be in the socket: they are read before they are aborted. */
  function fail(r: Request, content: string): void {
    streams.flush();
    setTimeout(() => {
      queue.abortWaiting();
      answer(r, content);
    }, 3);
  }

  function countPoints(r: Request, content: string): string {
    const c = JSON.parse(content) as { cursor_start?: number; cursor_end?: number };
    const code = String(r.content.code ?? "");
    if (c.cursor_start !== undefined) c.cursor_start = toCodePoints(code, c.cursor_start);
    if (c.cursor_end !== undefined) c.cursor_end = toCodePoints(code, c.cursor_end);
    return JSON.stringify(c);
  }

  async function close(): Promise<void> {
    streams.flush();
    await sockets.drained();
    sockets.close();
  }

  function ask(m: Extract<ToServer, { t: "input" }>): void {
    const r = parents.get(m.seq);
    streams.flush();
    const content = JSON.stringify({ prompt: m.prompt, password: m.password });
    if (r) sockets.send("stdin", w.pack(r.ids, "input_request", r.header, content));
  }

  function take(m: Extract<ToServer, { t: "iopub" }>): void {
    streams.flush();
    publish(m.type, parentOf(m.seq), m.content, { metadata: m.metadata, buffers: m.buffers });
  }

  function leave(): void {
    void close().then(() => {
      Atomics.store(data.shared, slot.closed, 1);
      Atomics.notify(data.shared, slot.closed);
    });
  }

  port.on("message", (m: ToServer) => {
    if (m.t === "text") streams.write(m.seq, m.name, m.text);
    else if (m.t === "iopub") take(m);
    else if (m.t === "reply") reply(m);
    else if (m.t === "input") ask(m);
    else if (m.t === "ack") interrupter.acknowledge(m.turn);
    else if (m.t === "exit") leave();
    else if (m.target === null) comms.delete(m.comm);
    else comms.set(m.comm, m.target);
  });
  followParent();
  status({}, "starting");
}

if (!isMainThread && parentPort) await serve(workerData as ServerData, parentPort);
