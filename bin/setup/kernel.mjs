// Step kernel: the kernelspec inside .venv, so that its JupyterLab offers TypeScript and nothing outside the project changes;
// and V8's start-up snapshot of the compiler, so that the first cell comes a second earlier.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kernelspec, logo, writeKernelspec } from "../kernelspec.mjs";
import { ChildError, run } from "./child.mjs";
import { Problem } from "./problem.mjs";
import { hash, hashFile } from "./stamps.mjs";

const wanted = (root) => `${JSON.stringify(kernelspec({ root }), null, 2)}\n`;

/** JupyterLab's yarn.js is CommonJS; under our package.json, which says "module", Node would refuse it with pages of its text. */
const commonJs = ({ venv }) => join(venv, "package.json");

export const kernel = {
  name: "kernel",
  inputs({ root, dist }) {
    return {
      "the folder's place": root,
      Node: `${process.execPath} ${process.version}`,
      kernelspec: hash(wanted(root) + logo),
      "package-lock.json": hashFile(join(root, "package-lock.json")),
      snapshot: hash(
        ["snapshot/contents.cjs", "snapshot/build.js", "compiler/ambient.js"]
          .map((f) => hashFile(join(dist, "kernel", f)))
          .join(),
      ),
    };
  },
  missing(place) {
    const file = join(place.kernelspec, "kernel.json");
    if (hashFile(file) !== hash(wanted(place.root))) return file;
    return existsSync(commonJs(place)) ? undefined : commonJs(place);
  },
  async make(work) {
    const { place } = work;
    if (!existsSync(place.python))
      throw new Problem("the environment .venv is missing", "run `node bin/setup.mjs` without --only");
    writeFileSync(commonJs(place), '{ "type": "commonjs" }\n');
    writeKernelspec({ dir: place.kernelspec, root: place.root, scratch: place.tmp });
    work.note("making the start-up snapshot");
    const how = (await makeSnapshot(work)) ? "" : ", without a start-up snapshot";
    return { detail: `TypeScript (geodl), Node ${process.versions.node}${how}` };
  },
};

/** The kernel starts without it too, only later: what goes wrong here stops nothing. */
async function makeSnapshot(work) {
  const maker = join(work.place.dist, "kernel", "snapshot", "build.js");
  if (!existsSync(maker)) return false;
  try {
    await run(work, process.execPath, [maker]);
    return true;
  } catch (error) {
    if (error instanceof ChildError) return false;
    throw error;
  }
}
