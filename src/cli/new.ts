// geodl new: a small project of the user's own, with one notebook that runs at once.
import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { root } from "./paths.js";
import { type Call, UsageError, type Verb } from "./verb.js";

async function run(call: Call): Promise<number> {
  const [name] = call.positionals;
  if (name === undefined || call.positionals.length !== 1)
    throw new UsageError(`one folder, got ${call.positionals.length}`);
  const dir = resolve(name);
  if (existsSync(dir) && readdirSync(dir).length > 0)
    throw new UsageError(`the folder must be new or empty, got ${dir}`);
  mkdirSync(join(dir, "node_modules"), { recursive: true });
  const project = {
    name:
      basename(dir)
        .toLowerCase()
        .replace(/[^a-z0-9._-]+/g, "-")
        .replace(/^[._-]+/, "") || "project",
    private: true,
    type: "module",
    dependencies: { geodl: `file:${relative(dir, root)}` }, // npm links it in again
  };
  writeFileSync(join(dir, "package.json"), `${JSON.stringify(project, null, 2)}\n`);
  copyFileSync(join(root, "bin", "new", "notebook.ipynb"), join(dir, "notebook.ipynb"));
  writeFileSync(join(dir, ".gitignore"), "node_modules/\n.ipynb_checkpoints/\n");
  symlinkSync(root, join(dir, "node_modules", "geodl"), "junction");
  console.log(
    `${dir}: one notebook, and geodl linked in. Open it: node ${JSON.stringify(join(root, "bin", "geodl.mjs"))} lab ${JSON.stringify(dir)}`,
  );
  return 0;
}

export const verb: Verb = {
  usage: "DIR",
  options: {},
  help: [],
  example: "geodl new my-project",
  run,
};
