// geodl lab: JupyterLab on the course, on this machine only, with a token.
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { inTerminal } from "./child.js";
import { jupyterEnvironment, python, root } from "./paths.js";
import { type Call, UsageError, type Verb } from "./verb.js";

const first = "notebooks/00-start-here.ipynb";

/** Settings of our own: no questions about news at a first visit, no calls to other hosts; and a figure's PNG, which has twice its pixels and stands
 *  there until the pointer wakes the plot, no wider than the plot. */
function settings(): string {
  const folder = join(root, ".jupyter", "lab", "application");
  mkdirSync(folder, { recursive: true });
  const overrides = {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  };
  writeFileSync(join(folder, "overrides.json"), JSON.stringify(overrides));
  const custom = join(root, ".jupyter", "config", "custom"); // in JUPYTER_CONFIG_DIR
  mkdirSync(custom, { recursive: true });
  writeFileSync(join(custom, "custom.css"), ".plot-img { max-width: min(100%, 700px); }\n");
  return folder;
}

async function run(call: Call): Promise<number> {
  if (call.positionals.length > 1)
    throw new UsageError(`one folder or notebook, got ${call.positionals.length}`);
  const place = resolve(call.positionals[0] ?? root);
  if (!existsSync(place)) throw new UsageError(`there is no folder or notebook ${place}`);
  const isFolder = statSync(place).isDirectory();
  const folder = isFolder ? place : dirname(place);
  const open = isFolder ? (existsSync(join(place, first)) ? first : "") : basename(place);
  const args = [
    "-m",
    "jupyterlab",
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.root_dir=${folder}`,
    `--LabApp.default_url=/lab${open ? `/tree/${open}` : ""}`,
    `--LabApp.app_settings_dir=${settings()}`,
    "--LabApp.news_url=",
    "--LabApp.custom_css=True",
  ];
  const isHeadless = process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  if (isHeadless && !call.rest.some((arg) => arg.includes("browser"))) args.push("--no-browser");
  // Jupyter still prints the address, and leaves out what its extensions say of themselves
  if (!call.rest.some((arg) => /log[_-]level|debug/i.test(arg)))
    args.push("--ServerApp.log_level=WARN", "--LabApp.log_level=WARN");
  if (process.getuid?.() === 0 && !call.rest.includes("--allow-root")) args.push("--allow-root");
  console.log("JupyterLab starts, for this machine only; Ctrl-C, twice, ends it");
  return inTerminal(python(), [...args, ...call.rest], { env: jupyterEnvironment() });
}

export const verb: Verb = {
  usage: "[DIR | NOTEBOOK] [JupyterLab's own options]",
  options: {},
  help: [
    "DIR        another folder than the course's",
    "           options that geodl does not know go to JupyterLab, e.g. --port 9999 or --no-browser",
  ],
  example: "geodl lab --port 9999",
  passesOn: true,
  run,
};
