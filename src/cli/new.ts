// geodl new: a small project of the user's own, with one notebook that runs at once.
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { root } from "./paths.js";
import { type Call, UsageError, type Verb } from "./verb.js";

const cells: readonly (readonly ["markdown" | "code", string])[] = [
  [
    "markdown",
    "# My first notebook\n\nA trace with one wavelet in noise, and where STA/LTA says it begins. Change a number and run the cell again.",
  ],
  ["code", 'import { notebook, show, signal } from "geodl";'],
  [
    "code",
    [
      "const dt = 0.004; // s",
      "const nt = 500;",
      "const onset = 1.0; // s",
      "const wavelet = signal.ricker(25, nt, dt, { t0: onset + 0.04 });",
      "const trace = wavelet.map((w, i) => w + 0.02 * Math.sin(0.9 * i) * Math.cos(0.37 * i));",
    ].join("\n"),
  ],
  [
    "code",
    [
      "const ratio = signal.staLtaRecursive(trace, 8, 80);",
      "const pick = ratio.findIndex((r, i) => i > 80 && r > 4) * dt;",
      "console.log(`picked at ${pick.toFixed(3)} s, the wavelet begins near ${onset} s`);",
    ].join("\n"),
  ],
  [
    "code",
    'show.lines([{ name: "trace", x: Array.from(trace, (_, i) => i * dt), y: trace }], {\n  title: "One wavelet in noise",\n  xLabel: "time (s)",\n  yLabel: "amplitude",\n});',
  ],
  [
    "code",
    'notebook.check("picked within 0.06 s", pick, { near: onset, within: 0.06 });\nnotebook.summary();',
  ],
];

function notebookFile(): string {
  const book = {
    cells: cells.map(([type, text], i) => ({
      cell_type: type,
      id: `cell-${i}`,
      metadata: {},
      source: text,
      ...(type === "code" ? { execution_count: null, outputs: [] } : {}),
    })),
    metadata: {
      kernelspec: { display_name: "TypeScript (geodl)", language: "typescript", name: "geodl" },
      language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(book, null, 1)}\n`;
}

async function run(call: Call): Promise<number> {
  const [name] = call.positionals;
  if (name === undefined || call.positionals.length !== 1)
    throw new UsageError(`one folder, got ${call.positionals.length}`);
  const dir = resolve(name);
  if (existsSync(dir) && readdirSync(dir).length > 0)
    throw new UsageError(`the folder must be new or empty, got ${dir}`);
  const { version } = createRequire(import.meta.url)("../../package.json") as { readonly version: string };
  mkdirSync(join(dir, "node_modules"), { recursive: true });
  const project = {
    name:
      basename(dir)
        .toLowerCase()
        .replace(/[^a-z0-9._-]+/g, "-")
        .replace(/^[._-]+/, "") || "project",
    private: true,
    type: "module",
    dependencies: { geodl: version },
  };
  writeFileSync(join(dir, "package.json"), `${JSON.stringify(project, null, 2)}\n`);
  writeFileSync(join(dir, "notebook.ipynb"), notebookFile());
  writeFileSync(join(dir, ".gitignore"), "node_modules/\n.ipynb_checkpoints/\n");
  symlinkSync(root, join(dir, "node_modules", "geodl"), "junction");
  console.log(
    `${dir}: one notebook, and geodl linked in. Open it: node ${JSON.stringify(join(root, "bin", "geodl.mjs"))} lab ${JSON.stringify(dir)}`,
  );
  return 0;
}

export const verb: Verb = {
  summary: "a new project with one notebook that runs at once",
  usage: "DIR",
  options: {},
  help: [],
  example: "geodl new my-project",
  run,
};
