// Step build: the package in dist/, made aside by each maker in turn and then put in place at once.
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ChildError, run } from "./child.mjs";
import { diagnose, Problem } from "./problem.mjs";
import { asInstalled } from "./project.mjs";
import { putInPlace } from "./replace.mjs";
import { filesBelow, hash, hashFile, hashFolder } from "./stamps.mjs";

/** TypeScript to JavaScript with declarations. */
async function compileTypeScript(work, out) {
  const tsc = join(work.place.modules, "typescript", "bin", "tsc");
  if (!existsSync(tsc))
    throw new Problem("TypeScript is not installed", "run `node bin/setup.mjs --only npm` first");
  try {
    await run(work, process.execPath, [tsc, "-p", work.root, "--outDir", out, "--pretty", "false"]);
  } catch (error) {
    if (!(error instanceof ChildError)) throw error;
    const fault = diagnose(error.output, { root: work.root, from: "the compiler", size: "50 MB" });
    if (fault) throw fault;
    const faults = error.output.split(/\r?\n/).filter((line) => /error TS\d+/.test(line));
    const first = faults[0] ?? error.gist;
    throw new Problem(
      `the compiler finds ${faults.length || "some"} error${faults.length === 1 ? "" : "s"}, the first: ${first}`,
      "mend src/ (or `git checkout src`) and run the same command again",
    );
  }
}

/** AssemblyScript to WebAssembly: each src/ROOM/assembly/ that holds an asconfig.json becomes dist/ROOM/ROOM.wasm.
 *  The entry is index.ts; asconfig.json holds the compiler's options. */
async function compileAssembly(work, out) {
  const asc = join(work.place.modules, "assemblyscript", "bin", "asc.js");
  for (const config of filesBelow(join(work.root, "src")).filter((name) =>
    /^[^/]+\/assembly\/asconfig\.json$/.test(name),
  )) {
    const room = config.split("/")[0];
    if (!existsSync(asc))
      throw new Problem("AssemblyScript is not installed", "run `node bin/setup.mjs --only npm` first");
    const folder = `src/${room}/assembly`;
    const args = [
      `${folder}/index.ts`,
      "--config",
      `${folder}/asconfig.json`,
      "--outFile",
      join(out, room, `${room}.wasm`),
    ];
    try {
      await run(work, process.execPath, [asc, ...args]);
    } catch (error) {
      if (!(error instanceof ChildError)) throw error;
      throw new Problem(
        `AssemblyScript finds an error in ${folder}: ${error.gist}`,
        "mend it and run the same command again",
      );
    }
  }
}

/** What makes dist/, in order; each gets the step's surroundings and the folder to write into. */
const makers = [compileTypeScript, compileAssembly];

/** The state of dist/ as far as a look at the file system tells: a developer's own compiler run changes it. */
function fingerprint(dist) {
  const all = filesBelow(dist).map((name) => {
    const { size, mtimeMs } = statSync(join(dist, name), { throwIfNoEntry: false }) ?? {
      size: 0,
      mtimeMs: 0,
    };
    return `${name} ${size} ${mtimeMs}`;
  });
  return { files: all.length, sum: hash(all.join("\n")) };
}

export const build = {
  name: "build",
  skip: asInstalled,
  inputs({ root }) {
    return {
      "src/": hashFolder(join(root, "src")),
      "tsconfig.json": hashFile(join(root, "tsconfig.json")),
      "package.json": hashFile(join(root, "package.json")),
      "package-lock.json": hashFile(join(root, "package-lock.json")),
    };
  },
  missing({ dist }, stamp) {
    const { files, sum } = fingerprint(dist);
    // A copy of the folder has other times, so what the files hold decides, which takes longer to read.
    const isBuilt = files > 0 && (sum === stamp.sum || hashFolder(dist) === stamp.content);
    return isBuilt ? undefined : "dist as it was built";
  },
  async make(work) {
    const { root, dist, state } = work.place;
    // As deep as dist/, so that the source maps' relative paths hold.
    const made = join(root, ".dist-new");
    rmSync(made, { recursive: true, force: true });
    try {
      work.note("compiling src");
      for (const maker of makers) await maker(work, made);
      if (!existsSync(made)) throw new Problem("the compiler wrote nothing", "check tsconfig.json and src/");
      putInPlace(state, made, dist);
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
    const { files, sum } = fingerprint(dist);
    return { detail: `${files} files`, sum, content: hashFolder(dist) };
  },
};
