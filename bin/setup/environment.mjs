// The environment of programs that set-up starts: nothing of it lets them write outside the project's folder.

// npm hands its whole configuration to what it runs; only where packages come from is passed on.
const keptOfNpm =
  /^npm_config_(registry|userconfig|globalconfig|ca|cafile|proxy|https_proxy|noproxy|strict_ssl|maxsockets|fetch_.*|_.*|.*:.*|@.*)$/i;
const dropped =
  /^(npm_(config|package|lifecycle)_.*|npm_command|NODE_ENV|INIT_CWD|PYTHON(HOME|PATH|USERBASE|STARTUP)|PIP_(TARGET|PREFIX|USER|ROOT|REQUIRE_VIRTUALENV|CACHE_DIR|LOG)|VIRTUAL_ENV|__PYVENV_LAUNCHER__)$/i;

/** The caller's environment, less what would lead a program astray, with temporary files inside the project.
 *  @param {{ tmp: string }} place */
export function environment({ tmp }, env = process.env) {
  const kept = Object.entries(env).filter(([name]) => keptOfNpm.test(name) || !dropped.test(name));
  return { ...Object.fromEntries(kept), TMPDIR: tmp, TEMP: tmp, TMP: tmp, PYTHONDONTWRITEBYTECODE: "1" };
}

/** The npm cache that the user chose, or undefined. npm itself always hands one on, so its default does not count. */
export function ownNpmCache(env = process.env) {
  const cache = env.npm_config_cache ?? env.NPM_CONFIG_CACHE;
  if (!cache) return undefined;
  const isDefault = env.npm_lifecycle_event !== undefined && /[\\/](\.npm|npm-cache)$/.test(cache);
  return isDefault ? undefined : cache;
}
