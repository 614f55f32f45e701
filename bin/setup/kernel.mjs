// Step kernel: the kernelspec inside .venv, so that its JupyterLab offers TypeScript and nothing outside the project changes.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { kernelspec, logo, writeKernelspec } from "../kernelspec.mjs";
import { Problem } from "./problem.mjs";
import { hash, hashFile } from "./stamps.mjs";

const wanted = (root) => `${JSON.stringify(kernelspec({ root }), null, 2)}\n`;

export const kernel = {
  name: "kernel",
  inputs({ root }) {
    return { "the folder's place": root, Node: process.execPath, kernelspec: hash(wanted(root) + logo) };
  },
  missing({ root, kernelspec: dir }) {
    const file = join(dir, "kernel.json");
    return hashFile(file) === hash(wanted(root)) ? undefined : file;
  },
  async make({ place }) {
    if (!existsSync(place.python))
      throw new Problem("the environment .venv is missing", "run `node bin/setup.mjs` without --only");
    writeKernelspec({ dir: place.kernelspec, root: place.root, scratch: place.tmp });
    return { detail: `TypeScript (geodl), Node ${process.versions.node}` };
  },
};
