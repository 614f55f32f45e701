// Entry of the kernel process: node main.js CONNECTION_FILE. The server thread starts first, so that it answers early.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { restoreOldUtil } from "../core/old-util.js";
import { Link } from "./link.js";

const { positionals } = parseArgs({ allowPositionals: true });
const connectionFile = positionals[0];
if (connectionFile === undefined) {
  process.stderr.write(
    "geodl kernel: a connection file must be given, got none; Jupyter starts this program\n",
  );
  process.exit(2);
}

const geodl = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const versionIn = (path: string): string =>
  (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
const require = createRequire(import.meta.url);
const version = {
  geodl: versionIn(`${geodl}/package.json`),
  typescript: versionIn(require.resolve("typescript/package.json")),
};
const link = new Link(connectionFile, JSON.stringify(version), `${geodl}/.jupyter/history`);

// The start-up snapshot is this process's; what a cell forks would be started from it as well.
const blob = process.execArgv.indexOf("--snapshot-blob");
if (blob >= 0) process.execArgv.splice(0, blob + 2);

restoreOldUtil(); // a cell may import TensorFlow.js or danfo by itself

const { startKernel } = await import("./kernel.js");
startKernel(link, { cwd: process.cwd(), geodl });
