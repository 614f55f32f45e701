// Step tensorflow: the libraries and C headers out of TensorFlow's wheel, in .tf; the wheel is deleted.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ChildError, run } from "./child.mjs";
import { diagnose, Problem } from "./problem.mjs";
import { noNative } from "./project.mjs";
import { runPip } from "./python.mjs";
import { putInPlace } from "./replace.mjs";
import { filesBelow, hashFile, readStamp } from "./stamps.mjs";

/** The two libraries that the addon is linked to. */
export const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

const flavours = {
  cpu: { file: "tensorflow.txt", size: "1.2 GB", download: 274 },
  gpu: { file: "tensorflow-gpu.txt", size: "9 GB", download: 3380 },
};

const wanted = [
  ...libraries.map((name) => `tensorflow/${name}`),
  "tensorflow/THIRD_PARTY_NOTICES.txt",
  ...["tensorflow/c/", "tensorflow/core/platform/ctstring", "tsl/platform/ctstring", "xla/tsl/c/"].map(
    (part) => `tensorflow/include/${part}*.h`,
  ),
  "nvidia/*/lib/*.so*",
  "nvidia/cuda_nvcc/bin/ptxas",
  "nvidia/cuda_nvcc/nvvm/libdevice/*",
];

/** Which wheels: what GEODL_TF says, else what is there, else those for the CPU. */
function flavourOf(root) {
  const asked = process.env.GEODL_TF;
  if (asked === "cpu" || asked === "gpu") return asked;
  return readStamp(root, "tensorflow")?.inputs?.wheels === "gpu" ? "gpu" : "cpu";
}

const megabytes = (folder) =>
  filesBelow(folder).reduce((sum, name) => {
    try {
      return sum + statSync(join(folder, name)).size / 1e6;
    } catch {
      return sum;
    }
  }, 0);

const unpack = fileURLToPath(new URL("../python/unpack.py", import.meta.url));

/** Any Python's pip takes these tags for its own, so that the wheel does not depend on the Python at hand. */
const tags = [
  ...["--implementation", "cp", "--python-version", "3.12"],
  ...Array.from({ length: 24 }, (_, i) => ["--platform", `manylinux_2_${i + 5}_x86_64`]).flat(),
  ...["--platform", "manylinux2014_x86_64", "--platform", "manylinux2010_x86_64"],
];

async function download(work, flavour, folder) {
  const { root, tmp } = work.place;
  const { file, size, download: total } = flavours[flavour];
  const requirements = join(root, "bin", "python", file);
  if (!existsSync(requirements))
    throw new Problem(`${requirements} is missing`, "restore it: `git checkout bin/python`");
  const label = flavour === "gpu" ? "downloading TensorFlow with CUDA" : "downloading TensorFlow";
  work.note(label, () => `${Math.min(total, Math.round(megabytes(tmp)))} of ${total} MB`);
  const args = [
    "download",
    "-q",
    "--progress-bar=off",
    "--require-hashes",
    "--no-deps",
    "--only-binary=:all:",
    ...tags,
  ];
  await runPip(work, [...args, "-d", folder, "-r", requirements], size);
}

export const tensorflow = {
  name: "tensorflow",
  skip: () => noNative(),
  inputs({ root }) {
    const flavour = flavourOf(root);
    return {
      wheels: flavour,
      "checksums of the wheels": hashFile(join(root, "bin", "python", flavours[flavour].file)),
    };
  },
  missing({ tf }, stamp) {
    return libraries
      .map((name) => join(tf, "tensorflow", name))
      .find((path) => !existsSync(path) || statSync(path).size !== stamp.sizes?.[path.slice(tf.length + 1)]);
  },
  async make(work) {
    const { root, state, tmp, tf } = work.place;
    const flavour = flavourOf(root);
    const folder = mkdtempSync(join(tmp, "tf-"));
    try {
      const wheels = join(folder, "wheels");
      const made = join(folder, "tf");
      mkdirSync(made);
      await download(work, flavour, wheels);
      const names = readdirSync(wheels).filter((name) => name.endsWith(".whl"));
      work.note("unpacking", () => `${Math.round(megabytes(made))} MB`);
      const paths = names.map((name) => join(wheels, name));
      try {
        await run(work, work.place.python, ["-I", "-B", unpack, made, ...paths, "--", ...wanted]);
      } catch (error) {
        if (!(error instanceof ChildError)) throw error;
        throw (
          diagnose(error.output, { root, from: "the wheel", size: flavours[flavour].size }) ??
          new Problem(`the wheel cannot be unpacked: ${error.gist}`, "run the same command again")
        );
      }
      const lacking = libraries.find((name) => !existsSync(join(made, "tensorflow", name)));
      if (lacking)
        throw new Problem(
          `the wheel ${names.join(", ")} holds no ${lacking}`,
          `choose another in bin/python/${flavours[flavour].file}`,
        );
      const sizes = Object.fromEntries(
        libraries.map((name) => [join("tensorflow", name), statSync(join(made, "tensorflow", name)).size]),
      );
      const version =
        names.map((name) => /^tensorflow(?:_cpu)?-([^-]+)-/.exec(name)?.[1]).find(Boolean) ?? "";
      const detail = `TensorFlow ${version} for ${flavour === "gpu" ? "CUDA" : "the CPU"}, ${Math.round(megabytes(made))} MB`;
      putInPlace(state, made, tf);
      return { detail, sizes, version };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Checksum of the wheels that .tf came from, for what is built on it. */
export function madeFrom(root) {
  const stamp = readStamp(root, "tensorflow");
  return stamp ? JSON.stringify([stamp.inputs, stamp.sizes]) : "none";
}
