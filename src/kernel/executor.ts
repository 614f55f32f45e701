// Runs cells: compile, load imports, run, wait until floating failures have shown themselves, answer.

import { join } from "node:path";
import { setImmediate as tick } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { unwound } from "../core/unwound.js";
import { Cell, type ExecuteRequest } from "./cell.js";
import type { Compiled, Compiler } from "./compiler/compiler.js";
import { runtimeName } from "./compiler/emit.js";
import { type ErrorFields, errorFields, faultFields, Interrupted } from "./errors.js";
import type { Link } from "./link.js";
import type { Loader, Require } from "./loader.js";
import { origins } from "./origin.js";
import { compileFunction } from "./run.js";
import { bundleJson, bundleOf } from "./values.js";

type Names = Record<string, unknown>;

/** Runs one cell after another. */
export class Executor {
  readonly #link: Link;
  readonly #compiler: Compiler;
  readonly #loader: Loader;
  /** By cell: an object whose properties are that cell's own variables. */
  readonly #cells = new Map<string, Names>();
  #current: Cell | undefined;
  #last: Cell | undefined;

  constructor(link: Link, compiler: Compiler, loader: Loader) {
    this.#link = link;
    this.#compiler = compiler;
    this.#loader = loader;
  }

  /** The cell that runs. */
  get current(): Cell | undefined {
    return this.#current;
  }

  /** The cell that runs, or else the one that ran last. */
  get latest(): Cell | undefined {
    return this.#current ?? this.#last;
  }

  /** The value of a name of the notebook, for completion.
   *  @returns Undefined where it has none (yet). */
  valueOf(name: string): unknown {
    const cell = this.#compiler.scope.get(name)?.cell;
    const names = cell === undefined ? globalThis : this.#cells.get(this.#compiler.service.specifier(cell));
    try {
      return (names as Names | undefined)?.[name];
    } catch {
      return undefined;
    }
  }

  /** Starts a cell. Called with the guard up; returns at the cell's first await. */
  execute(request: ExecuteRequest): void {
    const cell = new Cell(request, this.#link);
    this.#current = cell;
    const compiled = this.#compile(cell);
    if (!compiled) return;
    this.#loader.forgetEdited();
    this.#link.user(() => void origins.run(cell.origin, () => this.#run(cell, compiled)));
  }

  /** @returns Undefined where the cell is already answered: it must not run. */
  #compile(cell: Cell): Compiled | undefined {
    try {
      const result = this.#compiler.compile(cell.request.code, cell.label);
      if (result.ok) return result;
      this.#reply(cell, faultFields(result.faults));
    } catch (e) {
      this.#reply(cell, errorFields(e));
    }
    return undefined;
  }

  /** Ends a cell whose reader stopped it. Called with the guard up.
   *  @param seq Its request; another cell is left alone.
   *  @param isUnwound Its execution was terminated: nothing of it goes on. */
  interrupt(seq: number, isUnwound: boolean): void {
    const cell = this.#current;
    if (!cell || cell.request.seq !== seq) return;
    const reason = new Interrupted();
    if (isUnwound) unwound();
    cell.stop(reason);
    const finish = (): void => {
      if (cell.isDone) return;
      cell.origin.abandon();
      this.#keepNames(cell);
      this.#reply(cell, errorFields(reason));
    };
    // The cell's own promise normally ends it; where a termination swallowed that promise, this does.
    setTimeout(() => this.#link.kernel(finish), isUnwound ? 20 : 1000);
  }

  async #run(cell: Cell, compiled: Compiled): Promise<void> {
    let failure: { readonly thrown: unknown } | undefined;
    try {
      if (cell.isInterrupted) throw new Interrupted();
      await this.#evaluate(cell, compiled);
    } catch (thrown) {
      failure = { thrown };
    }
    await this.#conclude(cell, failure);
  }

  async #evaluate(cell: Cell, compiled: Compiled): Promise<void> {
    const { cwd } = this.#compiler.service;
    const others = compiled.imports.filter((i) => !this.#cells.has(i));
    const require =
      others.length > 0 ? await cell.wait(this.#loader.loadAll(others, cwd)) : this.#loader.require(cwd);
    const id = this.#compiler.service.specifier(compiled.id);
    const runtime = {
      names: (names: Names) => {
        this.#cells.set(id, names);
        this.#unkept.set(cell, { names, compiled });
      },
      result: (value: unknown) => {
        cell.result = value;
      },
      wait: (value: unknown, line: number) => cell.wait(value, line),
      load: (name: string) => this.#loader.load(name, cwd),
      meta: {
        url: pathToFileURL(join(cwd, "notebook.ts")).href,
        filename: join(cwd, "notebook.ts"),
        dirname: cwd,
      },
    };
    const parameters = ["exports", "require", "module", "__filename", "__dirname", runtimeName];
    const source = { label: cell.label, text: cell.request.code };
    const f = compileFunction(`${id.slice(2)}.ts`, compiled, parameters, source);
    const find = Object.assign((name: string) => this.#cells.get(name) ?? require(name), require) as Require;
    const exports = {};
    const returned = f(exports, find, { exports }, runtime.meta.filename, cwd, runtime);
    if (compiled.isAsync) await cell.wait(returned);
  }

  readonly #unkept = new WeakMap<Cell, { readonly names: Names; readonly compiled: Compiled }>();

  /** Names that have a value are known to later cells, also when the cell failed half-way. */
  #keepNames(cell: Cell): void {
    const found = this.#unkept.get(cell);
    if (!found) return;
    this.#unkept.delete(cell);
    const kept = [...found.compiled.names].filter(([name, kind]) => {
      if (kind === "type") return true;
      try {
        void found.names[name];
        return true;
      } catch {
        return false;
      }
    });
    // What no name leads to any more may go, and the values with it; functions that still use them keep their own hold.
    const lost = this.#compiler.scope.add(found.compiled.id, new Map(kept));
    for (const id of lost) this.#cells.delete(this.#compiler.service.specifier(id));
  }

  async #conclude(cell: Cell, failure: { readonly thrown: unknown } | undefined): Promise<void> {
    // Rejections that nobody handles and timers that are due show themselves within two turns of the event loop.
    await tick();
    await tick();
    if (cell.isDone) return;
    this.#link.kernel(() => this.#keepNames(cell));
    let failed = failure;
    let output: string | null = null;
    if (!failed && !cell.stopped && !cell.isInterrupted && !cell.request.silent)
      try {
        output = await this.#show(cell);
      } catch (thrown) {
        failed = { thrown };
      }
    const expressions = failed ? {} : await this.#expressions(cell);
    await cell.origin.drained();
    const reason = cell.isInterrupted ? { reason: new Interrupted() } : cell.stopped;
    if (reason) failed = { thrown: reason.reason };
    const at = cell.rejectedLine === undefined ? undefined : `${cell.label} line ${cell.rejectedLine}`;
    const error = failed ? errorFields(failed.thrown, at) : undefined;
    this.#link.kernel(() => this.#reply(cell, error, output, expressions));
  }

  /** Sends the execute_result. */
  async #show(cell: Cell): Promise<string | null> {
    const made = bundleOf(cell.result);
    cell.result = undefined;
    const send = cell.origin.reserve();
    try {
      const bundle = made instanceof Promise ? await cell.wait(made) : made;
      if (!bundle) {
        send(undefined);
        return null;
      }
      const { seq, count } = cell.request;
      const { transient: _, ...content } = JSON.parse(bundleJson(bundle, { execution_count: count })) as {
        transient: object;
      };
      send({ t: "iopub", seq, type: "execute_result", content: JSON.stringify(content) });
      return typeof bundle["text/plain"] === "string" ? bundle["text/plain"] : null;
    } catch (e) {
      send(undefined);
      throw e;
    }
  }

  async #expressions(cell: Cell): Promise<Record<string, unknown>> {
    const answers: Record<string, unknown> = {};
    for (const [key, code] of Object.entries(cell.request.expressions)) {
      const part = new Cell({ ...cell.request, code, silent: true, expressions: {} }, this.#link);
      try {
        const compiled = this.#link.kernel(() => this.#compiler.compile(code, key));
        if (!compiled.ok) throw new Error(compiled.faults[0]?.message);
        await this.#evaluate(part, compiled);
        const bundle = (await bundleOf(part.result)) ?? {};
        answers[key] = { status: "ok", data: bundle, metadata: {} };
      } catch (e) {
        answers[key] = { status: "error", ...errorFields(e) };
      }
    }
    return answers;
  }

  #reply(cell: Cell, error?: ErrorFields, output: string | null = null, expressions: object = {}): void {
    if (cell.isDone) return;
    cell.isDone = true;
    if (this.#current === cell) this.#current = undefined;
    this.#last = cell;
    const { seq, count, silent } = cell.request;
    cell.origin.text.end();
    if (error && !silent) this.#link.post({ t: "iopub", seq, type: "error", content: JSON.stringify(error) });
    const rest = { execution_count: count, user_expressions: expressions, payload: [] };
    const content = error ? { status: "error", ...error, ...rest } : { status: "ok", ...rest };
    this.#link.post({
      t: "reply",
      seq,
      content: JSON.stringify(content),
      failed: error !== undefined,
      output,
    });
  }
}
