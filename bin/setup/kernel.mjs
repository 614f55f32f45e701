// Step kernel: the kernelspec inside .venv, so that its JupyterLab offers TypeScript and nothing outside the project changes.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kernelspec, logo, writeKernelspec } from "../kernelspec.mjs";
import { Problem } from "./problem.mjs";
import { hash, hashFile } from "./stamps.mjs";

const wanted = (root) => `${JSON.stringify(kernelspec({ root }), null, 2)}\n`;

/** JupyterLab's yarn.js is CommonJS; under our package.json, which says "module", Node would refuse it with pages of its text. */
const commonJs = ({ venv }) => join(venv, "package.json");

export const kernel = {
  name: "kernel",
  inputs({ root }) {
    return { "the folder's place": root, Node: process.execPath, kernelspec: hash(wanted(root) + logo) };
  },
  missing(place) {
    const file = join(place.kernelspec, "kernel.json");
    if (hashFile(file) !== hash(wanted(place.root))) return file;
    return existsSync(commonJs(place)) ? undefined : commonJs(place);
  },
  async make({ place }) {
    if (!existsSync(place.python))
      throw new Problem("the environment .venv is missing", "run `node bin/setup.mjs` without --only");
    writeFileSync(commonJs(place), '{ "type": "commonjs" }\n');
    writeKernelspec({ dir: place.kernelspec, root: place.root, scratch: place.tmp });
    return { detail: `TypeScript (geodl), Node ${process.versions.node}` };
  },
};
