// Stand-ins served from disk: tiny npm packages, tiny wheels, a TensorFlow of two empty libraries, a compiler's stub, a quick Python.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** What the stand-ins are made of, and where. */
export interface StandIns {
  /** A folder for everything, removed by `remove`. */
  readonly base: string;
  /** A project's folder to copy: package.json, lock file, tarballs, requirements, two sources. */
  readonly template: string;
  /** Wheels for pip's --find-links. */
  readonly wheels: string;
  /** Programs by name, each folder to be put on PATH. */
  readonly tools: {
    readonly basic: string;
    readonly compiler: string;
    readonly python: string;
    readonly quick: string;
  };
  readonly hasCompiler: boolean;
  remove(): void;
}

/** The first program of that name on PATH, its links followed. */
export function which(name: string): string | undefined {
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  return found && realpathSync(found);
}

const write = (path: string, text: string | Buffer, mode = 0o644) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
};

const sha = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

// Does what tsc does for set-up: src/*.ts to OUT/*.js, an error where a file says "broken".
const tsc = `const fs = require("node:fs"), path = require("node:path");
const arg = (name) => process.argv[process.argv.indexOf(name) + 1];
const src = path.join(arg("-p"), "src"), out = arg("--outDir");
let failed = false;
for (const name of fs.readdirSync(src)) {
  const text = fs.readFileSync(path.join(src, name), "utf8");
  if (text.includes("broken")) { console.log("src/" + name + "(1,7): error TS2322: it is broken."); failed = true; }
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, name.replace(/ts$/, "js")), text);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
}
process.exit(failed ? 2 : 0);
`;

const packages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  typescript: { "bin/tsc": tsc },
  "node-api-headers": { "include/node_api.h": "#define STAND_IN 1\n" },
  "@tensorflow/tfjs-node-gpu": {
    "binding/tfjs_backend.cc": '#include "node_api.h"\nint backend() { return STAND_IN; }\n',
    "binding/tfjs_binding.cc":
      '#include <tensorflow/c/c_api.h>\nextern "C" void *napi_register_module_v1(void *, void *exports) { return TF_STAND_IN ? exports : 0; }\n',
  },
  filler: Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [`lib/file-${i}.js`, `// ${i}\n`.repeat(200)]),
  ),
};

function makePackages(template: string, base: string): void {
  const dependencies: Record<string, string> = {};
  const locked: Record<string, object> = {};
  for (const [name, files] of Object.entries(packages)) {
    const folder = join(base, "made", name.replace("/", "-"), "package");
    write(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
    for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
    const tarball = `packages/${name.replace("/", "-").replace("@", "")}.tgz`;
    mkdirSync(join(template, "packages"), { recursive: true });
    execFileSync("tar", ["-czf", join(template, tarball), "-C", dirname(folder), "package"]);
    const integrity = `sha512-${createHash("sha512")
      .update(readFileSync(join(template, tarball)))
      .digest("base64")}`;
    dependencies[name] = `file:${tarball}`;
    locked[`node_modules/${name}`] = { version: "1.0.0", resolved: `file:${tarball}`, integrity };
  }
  const own = { name: "stand-in", version: "1.0.0", dependencies };
  write(join(template, "package.json"), JSON.stringify(own));
  const lock = {
    name: "stand-in",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: { "": own, ...locked },
  };
  write(join(template, "package-lock.json"), JSON.stringify(lock));
}

const makeWheel = `import sys, zipfile, json
path, files = sys.argv[1], json.load(sys.stdin)
name = path.rsplit("/", 1)[1].split("-")
info = f"{name[0]}-{name[1]}.dist-info"
files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\\nName: {name[0]}\\nVersion: {name[1]}\\n"
files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: stand-in\\nRoot-Is-Purelib: true\\nTag: " + "-".join(name[2:])[:-4] + "\\n"
files[f"{info}/RECORD"] = "".join(f"{n},,\\n" for n in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
    for n, text in files.items():
        z.writestr(n, open(text[5:], "rb").read() if text.startswith("file:") else text)
`;

/** Writes a wheel; a value "file:PATH" stands for that file's bytes. */
export function wheel(path: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(dirname(path), { recursive: true });
  execFileSync("python3", ["-c", makeWheel, path], { input: JSON.stringify(files) });
  return sha(path);
}

export const tensorflowWheel = "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl";

/** A wheel with TensorFlow's names in it.
 *  @param options.absl Version in absl's namespace, as quiet.cc wants it or another.
 *  @param options.bytes Added to each library.
 *  @returns Its sha256. */
export function tensorflow(
  wheels: string,
  options: { readonly absl?: string; readonly bytes?: number } = {},
): string {
  const { absl = "lts_20250814", bytes = 0 } = options;
  mkdirSync(wheels, { recursive: true });
  const folder = mkdtempSync(join(wheels, "..", "tf-"));
  const text = `namespace absl { inline namespace ${absl} { enum class LogSeverityAtLeast : int { kError = 2 }; void SetMinLogLevel(LogSeverityAtLeast) {} } }\n`;
  const files: Record<string, string> = {
    "tensorflow/include/tensorflow/c/c_api.h": "#define TF_STAND_IN 1\n",
    "tensorflow/python/big.py": "",
  };
  for (const [name, source] of [
    ["libtensorflow_cc.so.2", text],
    ["libtensorflow_framework.so.2", "int framework() { return 0; }\n"],
  ] as const) {
    const library = join(folder, name);
    if (which("g++")) {
      write(`${library}.cc`, source);
      execFileSync("g++", ["-shared", "-fPIC", `${library}.cc`, "-o", library, `-Wl,-soname,${name}`]);
    } else write(library, source);
    writeFileSync(library, Buffer.concat([readFileSync(library), Buffer.alloc(bytes)]));
    files[`tensorflow/${name}`] = `file:${library}`;
  }
  return wheel(join(wheels, tensorflowWheel), files);
}

/** Does at once what set-up asks of a Python; what it does not know goes to the real one. */
export const quickPython = (real: string, wheels: string) => `#!/usr/bin/env bash
args="$*"
home="$(dirname "$0")/.."
case "$args" in
  *" -c "*) echo '[[3, 13, 0], true]' ;;
  *"-m venv "*) dir="\${!#}"; mkdir -p "$dir/bin" "$dir/lib/python3.13/site-packages"; sleep .1; cp "$0" "$dir/bin/python" ;;
  *"-m pip "*" install "*) printf '#!/bin/sh\\necho lab\\n' > "$home/bin/jupyter-lab"; chmod +x "$home/bin/jupyter-lab"
    for i in 1 2 3 4 5; do mkdir -p "$home/lib/python3.13/site-packages/p$i.dist-info"; sleep .05; done ;;
  *"-m pip "*" download "*) while [ "$1" != -d ]; do shift; done; mkdir -p "$2"; sleep .1; cp '${wheels}'/tensorflow_cpu-*.whl "$2"; sleep .1 ;;
  *compileall*) sleep .05 ;;
  *) exec '${real}' "$@" ;;
esac
`;

function toolbox(folder: string, names: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const path =
      name === "npm" && process.env.npm_execpath?.endsWith("npm-cli.js")
        ? process.env.npm_execpath
        : which(name);
    if (path && !existsSync(join(folder, name))) symlinkSync(path, join(folder, name));
  }
  return folder;
}

/** Makes all stand-ins in a new temporary folder. */
export function standIns(): StandIns {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "geodl-setup-")));
  chmodSync(base, 0o755);
  const template = join(base, "template");
  const wheels = join(base, "wheels");
  mkdirSync(wheels, { recursive: true });
  makePackages(template, base);
  const jupyter = wheel(join(wheels, "jupyter_standin-1.0-py3-none-any.whl"), {
    "jupyter_standin.py": 'def main():\n    print("lab")\n',
    "jupyter_standin-1.0.dist-info/entry_points.txt":
      "[console_scripts]\njupyter-lab = jupyter_standin:main\n",
  });
  write(
    join(template, "bin", "python", "requirements.txt"),
    `jupyter-standin==1.0 \\\n    --hash=sha256:${jupyter}\n`,
  );
  write(
    join(template, "bin", "python", "tensorflow.txt"),
    `tensorflow-cpu==2.21.0 \\\n    --hash=sha256:${tensorflow(wheels)}\n`,
  );
  write(join(template, "tsconfig.json"), "{}");
  write(join(template, "src", "index.ts"), "export const one = 1;\n");
  write(join(template, "src", "two.ts"), "export const two = 2;\n");
  const shell = ["sh", "bash", "env", "sleep", "cp", "mkdir", "chmod", "dirname", "cat", "uname"];
  const basic = toolbox(join(base, "tools", "basic"), [...shell, "npm"]);
  symlinkSync(process.execPath, join(basic, "node"));
  const compiler = toolbox(join(base, "tools", "compiler"), ["g++", "as", "ld"]);
  const python = toolbox(join(base, "tools", "python"), []);
  const question = "import sys; print(getattr(sys, '_base_executable', None) or sys.executable)";
  const real = execFileSync("python3", ["-c", question], { encoding: "utf8" }).trim();
  write(join(python, "python3"), `#!/bin/sh\nexec '${real}' "$@"\n`, 0o755);
  const quick = join(base, "tools", "quick");
  write(join(quick, "python3.13"), quickPython(real, wheels), 0o755);
  const remove = () => rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return {
    base,
    template,
    wheels,
    tools: { basic, compiler, python, quick },
    hasCompiler: which("g++") !== undefined,
    remove,
  };
}

/** A new project's folder from the template; the name is part of the test. */
export function project(all: StandIns, name: string): string {
  const root = join(all.base, name);
  cpSync(all.template, root, { recursive: true });
  return root;
}

/** Names below a folder, links and folders among them, sorted. */
export function listing(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }).sort() : [];
}
