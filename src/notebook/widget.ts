// Widgets: a piece of the page with state that TypeScript and the browser share. The browser's half is an ES module as
// anywidget defines it (https://anywidget.dev), so no extension of ours is needed.
import { AsyncResource } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { type Bundle, type HostComm, host } from "../core/host.js";
import { jupyterDisplay } from "../show/index.js";
import { putBuffers, takeBuffers } from "./buffers.js";

/** What `widget` takes. */
export interface WidgetOptions<S extends object> {
  /** Text of an ES module: `export default { render({ model, el }) { ... } }`. `model.get("x")`, `model.set("x", v)` with
   *  `model.save_changes()`, `model.on("change:x", f)`, `model.send(content, undefined, buffers)`, `model.on("msg:custom", f)`. */
  readonly esm: string;
  /** Style sheet. Default none. */
  readonly css?: string;
  /** First values, plain JSON; bytes (typed arrays) may stand anywhere and arrive in the browser as DataViews. */
  readonly state: S;
  /** Shown where no widget can be: in a committed notebook, on paper. Default a line with the state. */
  readonly fallback?: Bundle;
}

/** A widget. Shown by `display` or as a cell's last line. */
export interface Widget<S extends object> {
  /** A value of the shared state. Bytes that came from the browser are a Uint8Array. */
  get<K extends keyof S & string>(name: K): S[K];
  /** Changes values and sends them to the browser; who listens here is called too. */
  set(changes: Partial<S>): void;
  /** Calls f with the new value at each change, whichever side made it. What f prints is shown below the cell that called `on`.
   *  @returns Call it to listen no longer. */
  on<K extends keyof S & string>(event: `change:${K}`, f: (value: S[K]) => unknown): () => void;
  /** Calls f with each message that the browser sends with `model.send`. */
  on(event: "msg", f: (content: unknown, buffers: readonly Uint8Array[]) => unknown): () => void;
  /** Sends a message to the browser's `model.on("msg:custom", f)`. */
  send(content: unknown, buffers?: readonly Uint8Array[]): void;
  /** Takes the widget off the page. */
  close(): void;
  [jupyterDisplay](): Bundle;
}

type Listener = (...args: never[]) => unknown;

/** Whether someone can see a widget: a kernel runs the cell, and its outputs are not made to be committed. */
export function isLive(): boolean {
  return host() !== undefined && process.env.GEODL_STATIC !== "1";
}

/** Makes a widget. In a plain script, and where `GEODL_STATIC=1` says that outputs are for a page that runs nothing, it keeps its
 *  state and shows its fallback.
 *
 *  @param options The browser's half, the first state, the fallback.
 *  @returns The widget; nothing is shown yet.
 *  @throws TypeError if a name of the state starts with "_": those are the protocol's.
 *  @example const w = widget({ esm, state: { n: 0 } }); w.on("change:n", (n) => console.log(n)); w */
export function widget<S extends object>(options: WidgetOptions<S>): Widget<S> {
  const state = { ...options.state } as Record<string, unknown>;
  for (const name of Object.keys(state))
    if (name.startsWith("_")) throw new TypeError(`widget: a name must not start with "_", got ${name}`);
  const listeners = new Map<string, Set<Listener>>();
  const fixed = model(options);
  const comm = isLive() ? open({ ...fixed, ...state }) : undefined;
  const fallback = options.fallback ?? { "text/plain": `widget ${JSON.stringify(takeBuffers(state).state)}` };

  const call = (event: string, ...args: readonly unknown[]): void => {
    for (const f of [...(listeners.get(event) ?? [])]) (f as (...a: unknown[]) => unknown)(...args);
  };
  const update = (changes: Readonly<Record<string, unknown>>): void => {
    Object.assign(state, changes);
    for (const [name, value] of Object.entries(changes)) call(`change:${name}`, value);
  };
  const push = (changes: Readonly<Record<string, unknown>>): void => {
    const { state: rest, paths, buffers } = takeBuffers(changes);
    comm?.send({ method: "update", state: rest, buffer_paths: paths }, { buffers });
  };
  comm?.onMsg((data, buffers) => {
    const m = data as Incoming;
    if (m.method === "request_state") push({ ...fixed, ...state });
    else if (m.method === "custom") call("msg", m.content, buffers);
    else if (m.method === "update") update(putBuffers(m.state ?? {}, m.buffer_paths ?? [], buffers));
  });

  return {
    get: (name) => state[name] as S[typeof name],
    set(changes) {
      const changed = Object.entries(changes).filter(([name, value]) => !Object.is(state[name], value));
      if (changed.length === 0) return;
      push(Object.fromEntries(changed));
      update(Object.fromEntries(changed));
    },
    on(event: string, f: Listener) {
      const bound = AsyncResource.bind(f as (...args: unknown[]) => unknown);
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(bound));
      return () => void all.delete(bound);
    },
    send: (content, buffers = []) => comm?.send({ method: "custom", content }, { buffers }),
    close: () => comm?.close(),
    [jupyterDisplay]: () =>
      comm
        ? {
            "application/vnd.jupyter.widget-view+json": {
              version_major: 2,
              version_minor: 0,
              model_id: comm.id,
            },
            ...fallback,
          }
        : fallback,
  };
}

interface Incoming {
  readonly method?: string;
  readonly state?: Record<string, unknown>;
  readonly buffer_paths?: readonly (readonly (string | number)[])[];
  readonly content?: unknown;
}

/** What tells the front end that anywidget draws this model. */
function model(options: WidgetOptions<object>): Record<string, unknown> {
  const version = "~0.11.*";
  return {
    _model_module: "anywidget",
    _model_name: "AnyModel",
    _model_module_version: version,
    _view_module: "anywidget",
    _view_name: "AnyView",
    _view_module_version: version,
    _view_count: null,
    _anywidget_id: `geodl-${randomUUID()}`,
    _esm: options.esm,
    _css: options.css ?? "",
  };
}

function open(first: Readonly<Record<string, unknown>>): HostComm {
  const { state, paths, buffers } = takeBuffers(first);
  const data = { state, buffer_paths: paths };
  return host()!.openComm("jupyter.widget", data, { metadata: { version: "2.1.0" }, buffers });
}
