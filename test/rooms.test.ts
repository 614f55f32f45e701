// The house: which room leans on which, what importing a room loads, and that the kernel's TypeScript reads every public type.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type tsModule from "typescript";
import { describe, expect, it } from "vitest";
import { readImports } from "../site/imports.js";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const src = join(root, "src");
const require = createRequire(import.meta.url);

/** Rooms that each room may lean on; docs/house.svg draws what does. cli/ may use all. */
const matrix: Readonly<Record<string, readonly string[]>> = {
  core: [],
  kernel: ["core"],
  show: ["core"],
  notebook: ["core", "show"],
  formats: ["core"],
  signal: ["core"],
  metrics: ["core"],
  dictionary: ["core", "signal"],
  wave: ["core", "signal"],
  data: ["core", "formats", "signal"],
  tensor: ["core"],
  nn: ["core", "tensor", "formats"],
  inverse: ["core", "signal", "wave", "tensor", "nn"],
  apply: ["core", "formats", "signal", "dictionary", "wave", "data", "tensor", "nn"],
  experiment: [
    "core",
    "show",
    "notebook",
    "formats",
    "signal",
    "dictionary",
    "wave",
    "metrics",
    "data",
    "tensor",
    "nn",
    "apply",
    "inverse",
  ],
};

/** Packages that only one room may import. */
const owners: readonly (readonly [RegExp, string])[] = [
  [/^@tensorflow\//, "tensor"],
  [/^(tslab|zeromq|@tslab\/)/, "kernel"],
  [/^(h5wasm|danfojs-node)/, "data"],
  [/^fft\.js/, "signal"],
  [/^(jsdom|@napi-rs\/canvas|@resvg\/|plotly\.js)/, "show"],
];

function files(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? files(path) : path.endsWith(".ts") ? [path] : []));
}

const rooms = readdirSync(src).filter(
  (name) => statSync(join(src, name)).isDirectory() && files(join(src, name)).length > 0,
);
const imports = readImports(src);

describe("import matrix", () => {
  it("knows every room", () => {
    expect(rooms.filter((room) => room !== "cli" && !(room in matrix))).toEqual([]);
  });

  it("is kept", () => {
    expect(imports.length).toBeGreaterThan(20);
    const wrong = imports.flatMap(({ file, target, room, leansOn }) => {
      if (leansOn === undefined || room === "cli" || room === "index.ts") return [];
      return leansOn === room || matrix[room]?.includes(leansOn) ? [] : [`src/${file} -> ${target}`];
    });
    expect(wrong).toEqual([]);
  });

  it("gives each third-party package to one room", () => {
    const wrong = imports.filter(({ target, room }) =>
      owners.some(([name, owner]) => name.test(target) && owner !== room),
    );
    expect(wrong.map(({ file, target }) => `src/${file} -> ${target}`)).toEqual([]);
  });

  it("is in the table of contents", () => {
    const contents = readFileSync(join(src, "index.ts"), "utf8");
    const missing = rooms.filter(
      (room) => !["cli", "kernel"].includes(room) && !contents.includes(`"./${room}/index.js"`),
    );
    expect(missing).toEqual([]);
  });
});

describe("files", () => {
  it("of src/ hold one concept each: at most 300 lines", () => {
    const long = files(src).filter((file) => readFileSync(file, "utf8").split("\n").length > 301);
    expect(long.map((file) => relative(root, file))).toEqual([]);
  });
});

describe("importing geodl", () => {
  it("loads no TensorFlow, no danfo, no figure twin", () => {
    const code = `import("geodl").then(() => {
      const { Module } = require("node:module");
      const heavy = Object.keys(Module._cache).filter((f) => /@tensorflow|danfojs|jsdom|canvas|resvg/.test(f));
      console.log(JSON.stringify({ heavy, native: process.moduleLoadList.length > 0 }));
    })`;
    const out = execFileSync(process.execPath, ["-e", code], { cwd: root, encoding: "utf8" });
    expect(JSON.parse(out)).toEqual({ heavy: [], native: true });
  });
});

describe("declarations", () => {
  it("are read by the kernel's TypeScript, every public name of them", { timeout: 120_000 }, () => {
    const ts = require("@tslab/typescript-for-tslab") as typeof tsModule;
    const cell = join(root, "cell.ts");
    const public_ = rooms.filter(
      (room) => existsSync(join(root, "dist", room, "index.d.ts")) && !["cli", "kernel"].includes(room),
    );
    const text = public_
      .map((room) => `import * as ${room} from "geodl/${room}";\nexport type T_${room} = typeof ${room};`)
      .join("\n");
    const options: tsModule.CompilerOptions = {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: ["node"],
      baseUrl: root,
      paths: { geodl: ["dist/index.d.ts"], "geodl/*": ["dist/*/index.d.ts"] },
    };
    const host = ts.createCompilerHost(options);
    const readFile = host.readFile.bind(host);
    const fileExists = host.fileExists.bind(host);
    host.readFile = (file) => (file === cell ? text : readFile(file));
    host.fileExists = (file) => file === cell || fileExists(file);
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (file, ...rest) =>
      file === cell ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022) : getSourceFile(file, ...rest);
    const program = ts.createProgram([cell], options, host);
    const own = program
      .getSourceFiles()
      .filter((file) => file.fileName === cell || file.fileName.startsWith(join(root, "dist")));
    expect(own.length).toBeGreaterThan(public_.length);
    const faults = own.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]);
    expect(
      faults.map((d) => `${d.file?.fileName}: ${ts.flattenDiagnosticMessageText(d.messageText, " ")}`),
    ).toEqual([]);
  });
});
