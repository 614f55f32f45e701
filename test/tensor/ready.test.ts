// tensor.ready(): which backend, at what cost, and what it says when there is none.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { addonFault, versionFault } from "../../dist/tensor/addon.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a module in a process of its own. */
function run(code: string, env: Record<string, string> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, GEODL_TF: "", ...env },
  });
  return { stdout, stderr, status };
}

const network = `
  const start = performance.now();
  const before = process.memoryUsage().rss;
  const { tensor } = await import("geodl");
  const { createRequire } = await import("node:module");
  const loaded = () => Object.keys(createRequire(process.cwd() + "/x.js").cache).some((f) => f.includes("@tensorflow"));
  const early = loaded();
  const { tf, backend, version, threads } = await tensor.ready();
  const seconds = (performance.now() - start) / 1000;
  const megabytes = (process.memoryUsage().rss - before) / 1e6;
  const net = tf.sequential({ layers: [
    tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: "relu", kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }) }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) }),
  ] });
  net.compile({ optimizer: tf.train.adam(0.02), loss: "meanSquaredError" });
  const x = tf.randomNormal([64, 8, 8, 1], 0, 1, "float32", 3);
  const { history } = await net.fit(x, x.abs().sum([1, 2]).div(50), { epochs: 8, verbose: 0, shuffle: false });
  console.log(JSON.stringify({ early, backend, version, threads, seconds, megabytes, loss: history.loss }));`;

describe("tensor.ready", () => {
  it.each(["cpu", "wasm"])("GEODL_TF=%s trains a convolutional network, quietly", (kind) => {
    const { stdout, stderr, status } = run(network, { GEODL_TF: kind });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const got = JSON.parse(stdout);
    expect(got.early).toBe(false);
    expect(got.backend).toBe(kind === "cpu" ? "native" : "wasm");
    expect(got.loss.at(-1)).toBeLessThan(0.5 * got.loss[0]);
    expect(got.seconds).toBeLessThan(3);
    expect(got.megabytes).toBeLessThan(450);
  });

  it("refuses an unknown GEODL_TF, and a card that is not there", () => {
    const code = `import { tensor } from "geodl"; await tensor.ready().catch((e) => console.log(e.name + ": " + e.message));`;
    expect(run(code, { GEODL_TF: "tpu" }).stdout).toBe(
      "RangeError: tensor.ready: GEODL_TF must be cpu, gpu or wasm, got tpu\n",
    );
    const { stdout } = run(code, { GEODL_TF: "gpu", CUDA_VISIBLE_DEVICES: "-1" });
    expect(stdout).toMatch(/^Error: tensor.ready: GEODL_TF=gpu needs .* run: .*\n$/);
  });

  it("runs as many operations of a graph side by side as an operation has threads, whatever a parent had", () => {
    const code =
      'import { tensor } from "geodl"; await tensor.ready(); console.log(process.env.TF_NUM_INTEROP_THREADS);';
    const env = { GEODL_TF: "cpu", TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "7" };
    expect(run(code, env).stdout).toBe("1\n");
  });

  it("leaves the facts for the provenance table", () => {
    const { stdout } = run(
      `import { core, tensor } from "geodl"; await tensor.ready(); console.log(core.remembered().get("TensorFlow"));`,
      { TF_NUM_INTRAOP_THREADS: "1" },
    );
    expect(stdout).toMatch(/^2\.21\.\d+ native, 1 thread \(.*\)\n$/);
  });

  it("finds the cells' types readable by the compiler of the kernel's converter", () => {
    const require = createRequire(import.meta.url);
    const tsc = require.resolve("@tslab/typescript-for-tslab/lib/tsc.js");
    mkdirSync(join(root, ".cache"), { recursive: true });
    const folder = mkdtempSync(join(root, ".cache/types-")); // inside the project, so that "geodl" means itself
    try {
      writeFileSync(
        join(folder, "cell.ts"),
        `import { tensor } from "geodl";
         export async function cell(): Promise<number> {
           const { tf } = await tensor.ready();
           const t: tensor.Tensor = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])));
           const back: Float32Array = tensor.toGrid(t).data;
           // @ts-expect-error: there is no such operation
           tf.noSuchOperation;
           return back[0]!;
         }`,
      );
      const flags =
        "--noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler";
      const { stdout } = spawnSync(process.execPath, [tsc, ...flags.split(" "), join(folder, "cell.ts")], {
        cwd: root,
        encoding: "utf8",
      });
      expect(stdout).toBe("");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what keeps TensorFlow from loading is one line with the cure", () => {
  it("not installed, not compiled, too little memory, a library that does not load, another version", () => {
    const folder = mkdtempSync(join(tmpdir(), "geodl-addon-"));
    try {
      const plenty = 8e9;
      expect(addonFault(undefined, plenty)).toMatch(/is not installed; run: node bin\/setup\.mjs$/);
      expect(addonFault(folder, plenty)).toMatch(/is not compiled; run: .*$/);
      mkdirSync(join(folder, "lib/napi-v8"), { recursive: true });
      writeFileSync(join(folder, "lib/napi-v8/tfjs_binding.node"), "not a library");
      expect(addonFault(folder, 1e8)).toBe("TensorFlow needs 450 MB, 100 MB are free; close other kernels");
      expect(addonFault(folder, plenty)).toMatch(
        /^TensorFlow's libraries do not fit the addon \(.*\); run: .*$/,
      );
      expect(versionFault("2.9.1")).toMatch(/^TensorFlow must be 2\.21, got 2\.9\.1; run: /);
      expect(versionFault("2.21.0")).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
