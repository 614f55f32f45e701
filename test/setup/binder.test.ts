// Binder: postBuild and start in a bare folder, with an empty HOME and, where the test may choose, a user that is not root.
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environment } from "./call.js";
import { listing, project, quickPython, type StandIns, standIns, which } from "./standins.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const nobody = 65534;
const isRoot = process.getuid?.() === 0;
const asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];

let all: StandIns;
beforeAll(() => {
  all = standIns();
});
afterAll(() => all.remove());

function give(path: string): void {
  for (const name of ["", ...listing(path)]) {
    const file = join(path, name);
    if (!lstatSync(file).isSymbolicLink()) chownSync(file, nobody, nobody);
  }
}

type Environment = Readonly<Record<string, string>>;

/** Runs a program as the user that Binder would be. */
function asUser(cwd: string, env: Environment, program: string, ...args: string[]) {
  const [command, rest] = isRoot ? ["setpriv", [...asNobody, "--", program, ...args]] : [program, args];
  return spawnSync(command, rest, { cwd, env: { ...env }, encoding: "utf8" });
}

/** Runs a program through binder/start, as Binder runs its server. */
function started(root: string, env: Environment, ...args: string[]) {
  return spawnSync(join(root, "binder", "start"), args, {
    cwd: dirname(root),
    env: { ...env },
    encoding: "utf8",
  });
}

/** A Python that this user can run: the test's own may lie in root's home. */
const pythonFor = (env: Environment) =>
  ["/usr/bin/python3", "/usr/local/bin/python3", which("python3") ?? ""].find(
    (path) => existsSync(path) && asUser("/", env, "sh", "-c", `'${path}' --version`).status === 0,
  );

describe("Binder", () => {
  it("postBuild sets up a bare folder with an empty HOME, start shows kernel and extensions to Binder's own server", (ctx) => {
    const root = project(all, "binder");
    const home = join(all.base, "binder-home");
    mkdirSync(home);
    // The real set-up and the real scripts; the stand-ins' requirements stay.
    for (const part of ["setup", "setup.mjs", "kernelspec.mjs", "native", "python/unpack.py"])
      cpSync(join(repository, "bin", part), join(root, "bin", part), { recursive: true });
    cpSync(join(repository, "binder"), join(root, "binder"), { recursive: true });
    for (const name of ["postBuild", "start"])
      expect(lstatSync(join(root, "binder", name)).mode & 0o111).toBe(0o111);
    if (isRoot) for (const path of [root, home]) give(path);
    chmodSync(home, 0o555); // read-only, and the user is nobody: a write there would fail
    const { GEODL_SETUP_ROOT: _, ...rest } = environment(all, root, {});
    const env = { ...rest, HOME: home, PATH: `${rest.PATH}:/usr/bin:/bin` };
    const real = pythonFor(env);
    if (!real || asUser("/", env, "sh", "-c", "node --version").status !== 0)
      return ctx.skip("needs a Node and a Python that another user may run");
    const quick = join(all.base, "binder-python");
    mkdirSync(quick);
    writeFileSync(join(quick, "python3.13"), quickPython(real, all.wheels), { mode: 0o755 });
    const own = { ...env, PATH: `${quick}:${env.PATH}` };

    const built = asUser(root, own, "./binder/postBuild");
    expect(built.stderr).toBe("");
    expect(built.status, built.stdout).toBe(0);
    expect(listing(home)).toEqual([]);

    // Binder's own server: the Jupyter of another environment, here the project's.
    const jupyter = join(repository, ".venv", "bin", "jupyter");
    const list = started(root, env, jupyter, "kernelspec", "list", "--json");
    const { kernelspecs } = JSON.parse(list.stdout);
    expect(kernelspecs.geodl.resource_dir).toBe(join(root, ".venv/share/jupyter/kernels/geodl"));
    expect(kernelspecs.geodl.spec.argv).toContain(join(root, "dist/kernel/main.js"));
    const python = join(repository, ".venv", "bin", "python");
    const paths = "from jupyter_core.paths import jupyter_path; print(jupyter_path('labextensions')[0])";
    expect(started(root, env, python, "-c", paths).stdout.trim()).toBe(
      join(root, ".venv/share/jupyter/labextensions"),
    );
    expect(started(root, env, "sh", "-c", "exit 7").status).toBe(7);
  });

  it("the same from nothing with the real packages", { timeout: 30 * 60_000 }, (ctx) => {
    if (process.env.GEODL_LONG !== "1") return ctx.skip("takes minutes and the network: set GEODL_LONG=1");
    const root = join(all.base, "real binder");
    const home = join(all.base, "real-home");
    mkdirSync(home);
    expect(spawnSync("git", ["clone", "-q", repository, root]).status).toBe(0);
    if (isRoot) for (const path of [root, home]) give(path);
    const { PATH = "", ...rest } = process.env;
    const mirrors = Object.entries(rest).filter(([name]) =>
      /^(PIP_|npm_config_registry|HTTPS?_PROXY|SSL_)/i.test(name),
    );
    const env = { ...(Object.fromEntries(mirrors) as Record<string, string>), PATH, HOME: home };
    const python = pythonFor(env);
    if (!python || asUser("/", env, "sh", "-c", "node --version").status !== 0)
      return ctx.skip("needs a Node and a Python that another user may run");
    const built = asUser(root, { ...env, GEODL_PYTHON: python }, "./binder/postBuild");
    expect(built.stderr).toBe("");
    expect(built.status, built.stdout).toBe(0);
    expect(listing(home)).toEqual([]);
    const jupyter = join(repository, ".venv", "bin", "jupyter");
    const extensions = started(root, env, jupyter, "labextension", "list");
    expect(`${extensions.stdout}${extensions.stderr}`).toMatch(/jupyterlab-plotly v[\d.]+ .*enabled/);
    // A cell through nbclient, in the kernel that Binder's server was told of.
    const cell = [
      "import nbformat, nbclient",
      "book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('40 + 2')])",
      "nbclient.NotebookClient(book, kernel_name='geodl', timeout=120).execute()",
      "print(book.cells[0].outputs[0]['data']['text/plain'])",
    ].join("\n");
    const answer = started(root, env, join(repository, ".venv", "bin", "python"), "-c", cell);
    expect(answer.stdout.trim(), answer.stderr).toBe("42");
  });
});
