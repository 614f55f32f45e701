// Step python: JupyterLab and what runs notebooks, in .venv, every wheel by its checksum.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ChildError, run } from "./child.mjs";
import { diagnose, Problem } from "./problem.mjs";
import { remake } from "./replace.mjs";
import { hashFile } from "./stamps.mjs";

const oldest = [3, 10];
const names = ["python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"];
const probe =
  "import sys, json, importlib.util as u; print(json.dumps([list(sys.version_info[:3]), all(u.find_spec(m) for m in ('venv', 'ensurepip'))]))";

const install =
  process.platform === "darwin"
    ? "`brew install python`"
    : process.platform === "win32"
      ? "python.org"
      : "`apt install python3 python3-venv`, or your system's like";

/** What a Python says of itself, or undefined where there is none of that name. */
function ask(program, env) {
  const { status, stdout } = spawnSync(program, ["-I", "-B", "-c", probe], {
    env,
    encoding: "utf8",
    timeout: 20_000,
  });
  if (status !== 0) return undefined;
  try {
    const [version, hasVenv] = JSON.parse(stdout);
    return { program, version, hasVenv };
  } catch {
    return undefined;
  }
}

/** The first Python that can make the environment.
 *  @param env Variables; `GEODL_PYTHON` names a Python that goes before all others.
 *  @throws Problem where there is none, or only too old a one, or one without ensurepip. */
export function findPython(env) {
  const found = [];
  for (const name of env.GEODL_PYTHON ? [env.GEODL_PYTHON] : names) {
    const python = ask(name, env);
    if (!python) continue;
    const [major, minor] = python.version;
    const isNew = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
    if (isNew && python.hasVenv) return python;
    found.push({ ...python, isNew });
  }
  const looked = env.GEODL_PYTHON
    ? `GEODL_PYTHON=${env.GEODL_PYTHON} is none`
    : `looked for ${names.join(", ")}`;
  if (found.length === 0) throw new Problem(`no Python is found (${looked})`, `install one: ${install}`);
  const bare = found.find((python) => python.isNew);
  if (bare)
    throw new Problem(
      `${bare.program} (${bare.version.join(".")}) has no ensurepip, so it cannot make an environment`,
      `\`apt install python${bare.version[0]}.${bare.version[1]}-venv\`, then run the same command again`,
    );
  const versions = [...new Set(found.map((python) => python.version.join(".")))].join(", ");
  throw new Problem(
    `Python ${oldest.join(".")} or newer is needed, found only ${versions}`,
    `install a newer one: ${install}`,
  );
}

const pip = ["-I", "-B", "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir"];

/** Runs pip of the project's environment, without a cache, and tells what went wrong in one line.
 *  @param work The step's surroundings.
 *  @param {readonly string[]} args pip's command and its options.
 *  @param {string} size Disk needed, for the error. */
export async function runPip(work, args, size) {
  const patience = work.env.PIP_DEFAULT_TIMEOUT || work.env.PIP_TIMEOUT ? [] : ["--timeout", "60"];
  const retries = work.env.PIP_RETRIES ? [] : ["--retries", "3"];
  try {
    await run(work, work.place.python, [...pip, ...patience, ...retries, ...args]);
  } catch (error) {
    if (!(error instanceof ChildError)) throw error;
    throw (
      diagnose(error.output, { root: work.place.root, from: "the Python package index", size }) ??
      new Problem(`pip failed: ${error.gist}`, "mend that and run the same command again")
    );
  }
}

function countPackages(venv) {
  const lib = join(venv, "lib");
  const folders = existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name, "site-packages")) : [];
  return [...folders, join(venv, "Lib", "site-packages")]
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.endsWith(".dist-info")).length;
}

/** The wheels that `geodl pack-offline` put here, which go before any index.
 *  @param {string} root The project's folder.
 *  @param {{ version: readonly number[], program: string }} found The Python that makes the environment.
 *  @returns pip's options; none where nothing was packed.
 *  @throws Problem where what was packed is for other Pythons. */
function packed(root, { version, program }) {
  const wheels = join(root, "offline", "wheels");
  if (!existsSync(wheels)) return [];
  const short = version.slice(0, 2).join(".");
  const served = readdirSync(wheels)
    .filter((name) => name.startsWith("for-"))
    .map((name) => name.slice(4));
  if (!served.includes(short))
    throw new Problem(
      `offline/wheels is for Python ${served.join(", ")}, and ${program} is ${short}`,
      `name one of those in GEODL_PYTHON, or pack again with \`geodl pack-offline DIR --python ${short}\``,
    );
  return ["--no-index", "--find-links", wheels];
}

export const python = {
  name: "python",
  inputs({ root }) {
    return {
      "requirements.txt": hashFile(join(root, "bin", "python", "requirements.txt")),
      // The scripts of an environment hold its absolute path: a moved folder needs a new one.
      "the folder's place": root,
    };
  },
  missing({ python: program, jupyter }) {
    return [program, jupyter].find((path) => !existsSync(path));
  },
  async make(work) {
    const { root, state, venv, python: own } = work.place;
    const requirements = join(root, "bin", "python", "requirements.txt");
    if (!existsSync(requirements))
      throw new Problem(`${requirements} is missing`, "restore it: `git checkout bin/python`");
    const found = findPython(work.env);
    const offline = packed(root, found);
    return await remake(state, venv, {
      wasWhole: work.stamp !== undefined,
      async make() {
        work.note(`making an environment with Python ${found.version.join(".")}`);
        try {
          await run(work, found.program, ["-I", "-B", "-m", "venv", venv]);
        } catch (error) {
          if (!(error instanceof ChildError)) throw error;
          throw (
            diagnose(error.output, { root, from: "the Python package index", size: "500 MB" }) ??
            new Problem(
              `${found.program} cannot make an environment: ${error.gist}`,
              `another Python can: ${install}`,
            )
          );
        }
        const count = readFileSync(requirements, "utf8").match(/^[^\s#-]\S*==/gm)?.length ?? 0;
        work.note(`installing JupyterLab and what runs notebooks, ${count} packages`);
        const args = [
          "install",
          "-q",
          "--progress-bar=off",
          "--require-hashes",
          "--only-binary=:all:",
          "--no-compile",
        ];
        await runPip(work, [...args, ...offline, "-r", requirements], "500 MB");
        // All cores, where pip would take one; a file that cannot be compiled is compiled when it is used.
        work.note("compiling");
        const compiling = run(work, own, ["-I", "-m", "compileall", "-q", "-j", "0", venv], {
          env: { PYTHONDONTWRITEBYTECODE: "" },
        });
        await compiling.catch((error) => {
          if (!(error instanceof ChildError)) throw error;
          const fault = diagnose(error.output, { root, from: "the Python package index", size: "500 MB" });
          if (fault) throw fault;
        });
        return { detail: `Python ${found.version.join(".")}, ${countPackages(venv)} packages` };
      },
    });
  },
};
