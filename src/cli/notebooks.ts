// geodl notebooks: runs the course's notebooks in fresh kernels, or writes copies for students.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { inTerminal } from "./child.js";
import { jupyterEnvironment, python, root } from "./paths.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";

/** Files that the arguments name: a number of the course (00), a notebook, or a folder of notebooks. */
function find(names: readonly string[]): string[] {
  const course = join(root, "notebooks");
  const inside = (folder: string) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".ipynb"))
      .sort()
      .map((file) => join(folder, file));
  if (names.length === 0) return inside(course);
  return names.flatMap((name) => {
    if (/^\d\d$/.test(name)) {
      const found = inside(course).filter((file) => file.includes(`${join(course, name)}-`));
      if (found.length === 0) throw new UsageError(`there is no notebook ${name} in the course`);
      return found;
    }
    if (!existsSync(name)) throw new UsageError(`there is no notebook or folder ${name}`);
    return statSync(name).isDirectory() ? inside(resolve(name)) : [resolve(name)];
  });
}

async function run(call: Call): Promise<number> {
  const files = find(call.positionals);
  if (files.length === 0) throw new UsageError("there is no notebook in that folder");
  const profile = stringOption(call, "profile") ?? process.env.GEODL_PROFILE ?? "tutorial";
  if (!["ci", "tutorial", "paper"].includes(profile))
    throw new UsageError(`--profile must be ci, tutorial or paper, got ${profile}`);
  const student = stringOption(call, "student");
  const keep = stringOption(call, "keep");
  const args = [join(root, "bin", "notebooks.py"), ...files, "--profile", profile];
  if (student) args.push("--student", resolve(student));
  if (keep) args.push("--keep", resolve(keep));
  if (call.values.update) args.push("--update");
  if (call.values.json) args.push("--json");
  return inTerminal(python(), args, { env: jupyterEnvironment() });
}

export const verb: Verb = {
  usage: "[NN | FILE | DIR ...] [--profile P] [--student DIR] [--update]",
  options: {
    profile: { type: "string" },
    student: { type: "string" },
    keep: { type: "string" },
    update: { type: "boolean" },
    json: { type: "boolean" },
  },
  help: [
    "--profile  ci, tutorial (default) or paper: how large the runs are",
    "--student  write copies without solutions into this folder, pictures inside, run nothing",
    "--update   write the outputs of a sound run back into the notebook",
    "--keep     write the executed copies into this folder",
    "--json     a JSON line a notebook",
  ],
  example: "geodl notebooks 00 --profile ci",
  run,
};
