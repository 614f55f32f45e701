// Where things are: the package's own folder and what set-up put into it.
import { existsSync, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder, which holds bin/, dist/ and notebooks/. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** The command that sets up what is missing, as it is called from the folder where the user is. */
export function setUpCommand(): string {
  const path = relative(process.cwd(), join(root, "bin", "setup.mjs"));
  return `node ${/\s/.test(path) ? JSON.stringify(path) : path}`;
}

/** Python of the project's own environment.
 *  @throws Error with the cure where set-up has not made it. */
export function python(): string {
  const found = [join(root, ".venv", "bin", "python"), join(root, ".venv", "Scripts", "python.exe")].find(
    existsSync,
  );
  if (!found) throw new Error(`python: the environment .venv is missing; run \`${setUpCommand()}\``);
  return found;
}

/** Environment for Jupyter programs that keeps all they write inside the project's folder. */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  const own = join(root, ".jupyter");
  mkdirSync(join(own, "ipython"), { recursive: true }); // IPython warns where it cannot make the parent itself
  return {
    ...process.env,
    JUPYTER_CONFIG_DIR: join(own, "config"),
    JUPYTER_DATA_DIR: join(own, "data"),
    JUPYTER_RUNTIME_DIR: join(own, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(own, "lab", "settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(own, "lab", "workspaces"),
    IPYTHONDIR: join(own, "ipython"),
    PYTHONNOUSERSITE: "1",
    // JupyterLab asks npm where its packages are, and npm would write a log into the home folder
    npm_config_cache: join(own, "npm"),
    npm_config_logs_max: "0",
    npm_config_update_notifier: "false",
  };
}
