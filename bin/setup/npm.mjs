// Step npm: the packages of package-lock.json, no install script run, nothing written outside the project's folder.
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { ChildError, run } from "./child.mjs";
import { ownNpmCache } from "./environment.mjs";
import { diagnose, Problem } from "./problem.mjs";
import { asInstalled } from "./project.mjs";
import { remake } from "./replace.mjs";
import { hash, hashFile } from "./stamps.mjs";

const json = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
};

/** npm's own script: the one that runs us, the one beside this Node, or the first on PATH. */
function npmScript(env) {
  const folder = dirname(realpathSync(process.execPath));
  const beside = (from) => [
    join(from, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(from, "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const onPath = (env.PATH ?? "").split(delimiter).map((entry) => join(entry, "npm"));
  const candidates = [env.npm_execpath ?? "", ...beside(folder), ...onPath, ...beside("/usr/bin")];
  for (const candidate of candidates) {
    if (!existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    if (basename(real) === "npm-cli.js") return real;
  }
  throw new Problem(
    "npm is not found",
    "install Node with its npm (nodejs.org; on Debian `apt install npm`)",
  );
}

/** Whether node_modules already holds what the lock file says: npm writes its own list last of all. */
function isAsLocked({ root, modules }) {
  const wanted = json(join(root, "package-lock.json"))?.packages;
  const got = json(join(modules, ".package-lock.json"))?.packages;
  if (!wanted || !got) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const there = got[path];
    if (!there) {
      if (entry.optional) continue;
      return false;
    }
    if (there.version !== entry.version || there.integrity !== entry.integrity || there.link !== entry.link)
      return false;
    if (!existsSync(join(root, path, "package.json"))) return false;
  }
  return Object.keys(got).every((path) => path in wanted);
}

const command = ({ modules }) => join(modules, ".bin", "geodl");
const isOurs = ({ root }) => process.platform !== "win32" && existsSync(join(root, "bin", "geodl.mjs"));
const isThere = (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** `npx geodl` finds the command here; without the link npx makes one in the user's home, and changes our file's mode. */
function linkCommand(place) {
  if (!isOurs(place) || isThere(command(place))) return;
  mkdirSync(join(place.modules, ".bin"), { recursive: true });
  symlinkSync(join("..", "..", "bin", "geodl.mjs"), command(place));
}

async function install(work) {
  const { root, state, modules } = work.place;
  const own = ownNpmCache();
  const cache = own ?? join(state, "npm-cache");
  const args = [
    "ci",
    "--ignore-scripts",
    "--include=dev",
    "--include=optional",
    "--no-audit",
    "--no-fund",
    "--no-progress",
    "--loglevel=warn",
  ];
  const env = {
    npm_config_fetch_retries: "3",
    npm_config_fetch_retry_mintimeout: "1000",
    npm_config_fetch_retry_factor: "3",
    ...Object.fromEntries(Object.entries(work.env).filter(([name]) => /^npm_config_fetch/i.test(name))),
    npm_config_cache: cache,
    npm_config_logs_max: "0",
    npm_config_update_notifier: "false",
  };
  try {
    await remake(state, modules, {
      wasWhole: existsSync(join(modules, ".package-lock.json")),
      async make() {
        const said = await run(work, process.execPath, [npmScript(work.env), ...args], { env });
        // A file that cannot be written, on a full disk above all, is but a warning to npm.
        if (/TAR_ENTRY_ERROR/.test(said)) throw new ChildError("npm", 0, said);
      },
    });
  } catch (error) {
    if (!(error instanceof ChildError)) throw error;
    if (/npm error code EUSAGE/.test(error.output) && /in sync|package-lock/.test(error.output))
      throw new Problem(
        "package.json and package-lock.json do not agree",
        "run `npm install` and commit both",
      );
    throw (
      diagnose(error.output, { root, from: "the npm registry", size: "1.5 GB" }) ??
      new Problem(`npm failed: ${error.gist}`, "run `npm ci --ignore-scripts` to see all of it")
    );
  } finally {
    if (!own) rmSync(cache, { recursive: true, force: true });
  }
}

export const npm = {
  name: "npm",
  skip: asInstalled,
  inputs({ root }) {
    const { dependencies, devDependencies, optionalDependencies, overrides } =
      json(join(root, "package.json")) ?? {};
    return {
      "package.json": hash(JSON.stringify([dependencies, devDependencies, optionalDependencies, overrides])),
      "package-lock.json": hashFile(join(root, "package-lock.json")),
      machine: `${process.platform} ${process.arch}`,
    };
  },
  missing(place) {
    if (!existsSync(join(place.modules, ".package-lock.json"))) return "node_modules";
    return isOurs(place) && !isThere(command(place)) ? "node_modules/.bin/geodl" : undefined;
  },
  async make(work) {
    const { root, modules } = work.place;
    const count = Object.keys(json(join(root, "package-lock.json"))?.packages ?? {}).length - 1;
    if (count < 0)
      throw new Problem(
        "package-lock.json is missing or damaged",
        "restore it: `git checkout package-lock.json`",
      );
    if (isAsLocked(work.place)) {
      // A set-up that was killed after npm had ended leaves its cache and the packages of before.
      for (const left of ["npm-cache", join("aside", "node_modules")])
        rmSync(join(work.place.state, left), { recursive: true, force: true });
      linkCommand(work.place);
      return { detail: "as the lock file says already" };
    }
    work.note(`installing ${count} packages`);
    await install(work);
    linkCommand(work.place);
    const installed = Object.keys(json(join(modules, ".package-lock.json"))?.packages ?? {}).length;
    return { detail: `${installed} packages` };
  },
};
