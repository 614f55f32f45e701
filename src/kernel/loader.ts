// Loads what cells import. TypeScript files are compiled here and loaded anew once they were edited.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { type Emitted, runtimeName } from "./compiler/emit.js";
import { stamp } from "./compiler/files.js";
import type { Places } from "./compiler/service.js";
import { asNamespace, forEmitted } from "./interop.js";
import { importFrom, resolveImport, type Target } from "./resolve.js";
import { compileFunction } from "./run.js";
import { connectTslab } from "./tslab.js";

/** What emitted code calls for its imports; everything it asks for was loaded before. */
export type Require = (name: string) => unknown;

interface Module {
  readonly exports: Record<string, unknown>;
  readonly stamp: string;
  readonly imports: Set<string>;
  ready: Promise<void>;
  isReady: boolean;
}

/** What the loader asks of the compiler. */
export interface Source {
  /** Compiles a TypeScript file. */
  emitFile(path: string, text: string): Emitted;
  /** The project's file that a bare name means; undefined where it is a package. */
  projectFile(name: string, dir: string): string | undefined;
}

/** Run-time modules of one kernel. */
export class Loader {
  readonly #geodl: string;
  readonly #source: Source;
  readonly #cwd: string;
  readonly #scripts = new Map<string, Module>();

  /** @param places The notebook's folder and the root of the geodl package.
   *  @param source The compiler. */
  constructor(places: Places, source: Source) {
    this.#geodl = places.geodl;
    this.#cwd = places.cwd;
    this.#source = source;
  }

  /** Forgets edited TypeScript files and all that import them. */
  forgetEdited(): void {
    const edited = new Set(
      [...this.#scripts].filter(([path, m]) => m.stamp !== stamp(path)).map(([path]) => path),
    );
    for (let size = -1; size !== edited.size; ) {
      size = edited.size;
      for (const [path, m] of this.#scripts) if ([...m.imports].some((i) => edited.has(i))) edited.add(path);
    }
    for (const path of edited) this.#scripts.delete(path);
  }

  /** Loads imports one after another.
   *  @param names Specifiers.
   *  @param dir Folder of the file that imports them.
   *  @returns `require` for the emitted code. */
  async loadAll(names: readonly string[], dir: string, chain: readonly string[] = []): Promise<Require> {
    const loaded = new Map<string, unknown>();
    for (const name of names) loaded.set(name, await this.#load(name, dir, chain));
    const require = this.require(dir);
    return (name) => (loaded.has(name) ? loaded.get(name) : require(name));
  }

  /** `await import(name)` of a cell or module in `dir`. */
  async load(name: string, dir: string): Promise<object> {
    const target = this.#resolve(name, dir);
    if (target.kind === "native") return this.#native(target.name, dir);
    return asNamespace((await this.#load(name, dir, [])) as Record<string, unknown>);
  }

  /** Node's require from a folder, which also knows geodl and falls back to geodl's own dependencies. */
  require(dir: string): NodeJS.Require {
    const own = createRequire(join(this.#geodl, "package.json"));
    const near = createRequire(join(dir, "__geodl__.cjs"));
    const require = (name: string): unknown => {
      if (name === "geodl" || name.startsWith("geodl/"))
        return own(join(this.#geodl, "dist", name.slice(5), "index.js"));
      try {
        return near(name);
      } catch (e) {
        if (!isMissing(e, name)) throw e;
        try {
          return own(name);
        } catch {
          throw e;
        }
      }
    };
    return Object.assign(require, near);
  }

  #resolve(name: string, dir: string): Target {
    const target = resolveImport(name, dir, this.#geodl);
    if (target.kind !== "native" || /^(node|file):/.test(target.name)) return target;
    const file = this.#source.projectFile(name, dir);
    return file && !file.endsWith(".d.ts") ? resolveImport(file, dir, this.#geodl) : target;
  }

  async #load(name: string, dir: string, chain: readonly string[]): Promise<unknown> {
    const target = this.#resolve(name, dir);
    if (target.kind === "native") return forEmitted(await this.#native(target.name, dir));
    if (target.kind === "script") return this.#script(target.path, chain);
    const data = JSON.parse(readFileSync(target.path, "utf8")) as object;
    return Object.defineProperty({ ...data, default: data }, "__esModule", { value: true });
  }

  async #native(name: string, dir: string): Promise<object> {
    if (name === "tslab") connectTslab(this.require(dir));
    try {
      return await importFrom(dir)(name);
    } catch (e) {
      if (!isMissing(e, name)) throw e;
      const others = [
        () => import(name) as Promise<object>,
        () => Promise.resolve(this.require(dir)(name) as object),
      ];
      for (const other of others)
        try {
          return await other();
        } catch (again) {
          if (!isMissing(again, name)) throw again;
        }
      throw e;
    }
  }

  async #script(path: string, chain: readonly string[]): Promise<unknown> {
    let m = this.#scripts.get(path);
    if (!m) {
      m = { exports: {}, stamp: stamp(path), imports: new Set(), ready: Promise.resolve(), isReady: false };
      this.#scripts.set(path, m);
      const started = m;
      m.ready = this.#evaluate(path, m, chain).catch((e: unknown) => {
        this.#scripts.delete(path);
        started.isReady = true;
        throw e;
      });
    }
    // A circle of imports gets what is there so far, as in any module system.
    if (!m.isReady && !chain.includes(path)) await m.ready;
    return m.exports;
  }

  async #evaluate(path: string, m: Module, chain: readonly string[]): Promise<void> {
    const dir = dirname(path);
    const text = readFileSync(path, "utf8");
    const emitted = this.#source.emitFile(path, text);
    for (const name of emitted.imports) {
      const target = this.#resolve(name, dir);
      if (target.kind !== "native") m.imports.add(target.path);
    }
    const require = await this.loadAll(emitted.imports, dir, [...chain, path]);
    const meta = { url: pathToFileURL(path).href, filename: path, dirname: dir };
    const runtime = { meta, load: (name: string) => this.load(name, dir) };
    const parameters = ["exports", "require", "module", "__filename", "__dirname", runtimeName];
    const f = compileFunction(path, emitted, parameters, { label: relative(this.#cwd, path), text });
    Object.defineProperty(m.exports, "__esModule", { value: true });
    await f(m.exports, require, { exports: m.exports }, path, dir, runtime);
    m.isReady = true;
  }
}

function isMissing(e: unknown, name: string): boolean {
  const { code, message } = (e ?? {}) as { code?: string; message?: string };
  const kinds = [
    "MODULE_NOT_FOUND",
    "ERR_MODULE_NOT_FOUND",
    "ERR_UNSUPPORTED_DIR_IMPORT",
    "ERR_PACKAGE_PATH_NOT_EXPORTED",
  ];
  if (code === undefined || !kinds.includes(code)) return false;
  const bare = name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : name.split("/")[0];
  return message?.includes(bare ?? name) ?? false;
}
