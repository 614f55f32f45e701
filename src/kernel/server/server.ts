// Entry of the server thread: reads requests, keeps their order, answers what it can, hands the rest to the main thread.
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { toCodePoints, toUtf16 } from "../codepoints.js";
import { type ServerData, type ToMain, type ToServer, slot } from "../protocol.js";
import { followParent, killGroup } from "./ending.js";
import { History } from "./history.js";
import { kernelInfo } from "./info.js";
import { Interrupter } from "./interrupt.js";
import { Queue, type Queued } from "./queue.js";
import { type Channel, bind, readConnection } from "./sockets.js";
import { Streams } from "./streams.js";
import { type Header, type Incoming, wire } from "./wire.js";

interface Request extends Incoming, Queued {
  readonly seq: number;
  readonly channel: "shell" | "control";
  count: number;
}

const express = new Set(["complete", "inspect", "is_complete", "history", "kernel_info", "comm_info"].map((t) => `${t}_request`));

async function serve(data: ServerData, port: NonNullable<typeof parentPort>): Promise<void> {
  const connection = readConnection(data.connectionFile);
  const w = wire(connection.key);
  const parents = new Map<number, Request>();
  const comms = new Map<string, string>();
  const history = new History();
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
  const streams = new Streams((n, name, text) => publish("stream", parentOf(n), JSON.stringify({ name, text })));
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

  function start(r: Request): void {
    const c = r.content;
    const text = (name: string): string => String(c[name] ?? "");
    streams.flush();
    status(r.header, "busy");
    switch (r.header.msg_type) {
      case "execute_request":
        return r.isAborted ? answer(r, JSON.stringify({ status: "aborted" })) : execute(r);
      case "complete_request":
      case "inspect_request": {
        const t = r.header.msg_type === "complete_request" ? "complete" : "inspect";
        return post({ t, seq: r.seq, code: text("code"), pos: toUtf16(text("code"), Number(c.cursor_pos ?? 0)) });
      }
      case "is_complete_request":
        return post({ t: "is_complete", seq: r.seq, code: text("code") });
      case "kernel_info_request":
        return answer(r, info);
      case "history_request":
        return answer(r, JSON.stringify({ status: "ok", history: history.answer(c) }));
      case "comm_info_request": {
        const wanted = c.target_name;
        const known = [...comms].filter(([, target]) => wanted === undefined || wanted === null || wanted === target);
        const list = Object.fromEntries(known.map(([id, target]) => [id, { target_name: target }]));
        return answer(r, JSON.stringify({ status: "ok", comms: list }));
      }
      case "comm_open":
      case "comm_msg":
      case "comm_close": {
        const kind = r.header.msg_type.slice(5) as "open" | "msg" | "close";
        const more = { comm: text("comm_id"), target: text("target_name"), data: c.data ?? {} };
        return post({ t: "comm", seq: r.seq, kind, ...more, buffers: [...r.buffers] });
      }
      case "interrupt_request": {
        const cell = queue.current?.isExecute ? queue.current.seq : 0;
        void interrupter.interrupt(cell);
        return answer(r, JSON.stringify({ status: "ok" }));
      }
      case "shutdown_request":
        answer(r, JSON.stringify({ status: "ok", restart: c.restart === true }));
        return void shutdown();
      default:
        return finish(r);
    }
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
    if (/^comm_(open|msg|close)$/.test(r.header.msg_type)) return finish(r);
    if (!r.isExecute) return answer(r, r.header.msg_type === "complete_request" ? countPoints(r, m.content) : m.content);
    history.setOutput(r.count, m.output);
    if (!m.failed || r.content.stop_on_error === false) return answer(r, m.content);
    // Cells sent together with this one may still be in the socket: read them before they are aborted.
    streams.flush();
    setTimeout(() => {
      queue.abortWaiting();
      answer(r, m.content);
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

  async function shutdown(): Promise<void> {
    await close();
    setTimeout(killGroup, 50);
  }

  port.on("message", (m: ToServer) => {
    switch (m.t) {
      case "text":
        return streams.write(m.seq, m.name, m.text);
      case "iopub":
        streams.flush();
        return publish(m.type, parentOf(m.seq), m.content, { metadata: m.metadata, buffers: m.buffers });
      case "reply":
        return reply(m);
      case "comm":
        if (m.target === null) comms.delete(m.comm);
        else comms.set(m.comm, m.target);
        return;
      case "input": {
        const r = parents.get(m.seq);
        streams.flush();
        const content = JSON.stringify({ prompt: m.prompt, password: m.password });
        if (r) sockets.send("stdin", w.pack(r.ids, "input_request", r.header, content));
        return;
      }
      case "ack":
        return interrupter.acknowledge(m.turn);
      case "exit":
        void close().then(() => {
          Atomics.store(data.shared, slot.closed, 1);
          Atomics.notify(data.shared, slot.closed);
        });
    }
  });
  followParent();
  status({}, "starting");
}

if (!isMainThread && parentPort) await serve(workerData as ServerData, parentPort);
