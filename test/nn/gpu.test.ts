// Every model trains on an NVIDIA card, and the bench runs there; skipped with the reason where there is none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, type TestContext } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const env = { ...process.env, GEODL_TF: "gpu" };

const models = `
  import { nn, tensor } from "geodl";
  const { tf, backend } = await tensor.ready();
  const cases = {
    dncnn: [nn.dncnn({ depth: 4, channels: 8 }), [2, 16, 16, 1]],
    denoiseUnet: [nn.denoiseUnet({ channels: [4, 6, 8] }), [2, 16, 16, 1]],
    unet2d: [nn.unet2d({ base: 4, levels: 3 }), [2, 16, 8, 1]],
    phasenet: [nn.phasenet({ output: "logits" }), [2, 600, 3]],
    phasenetlight: [nn.phasenetlight({ output: "logits" }), [1, 3001, 3]],
    fno2d: [nn.fno2d({ modes: [6, 6], hidden: 6, layers: 2 }), [2, 12, 10, 1]],
  };
  const found = {};
  for (const [name, [model, shape]] of Object.entries(cases)) {
    const trainer = new nn.Trainer(model, { clip: 10 });
    const x = tf.randomNormal(shape, 0, 1, "float32", 1);
    const y = tf.mul(x, 0.5);
    const losses = Array.from({ length: 25 }, () => trainer.step(x, y, 3e-3));
    const distance = tf.tidy(() => tf.max(tf.abs(tf.sub(nn.predict(model, x), model.apply(x)))).dataSync()[0]);
    found[name] = { backend, eager: trainer.eager, ratio: losses.at(-1) / losses[0], distance };
  }
  console.log(JSON.stringify(found));`;

type Found = Record<string, { readonly ratio: number; readonly distance: number }>;

/** Why there is no card to test on, or undefined. */
function lack(): string | undefined {
  if (!existsSync("/dev/nvidiactl") && !existsSync("/dev/nvidia0")) return "needs an NVIDIA card";
  const code = 'import { tensor } from "geodl"; await tensor.ready();';
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    encoding: "utf8",
    env,
  });
  return status === 0 ? undefined : `needs TensorFlow's CUDA libraries: ${/Error: (.*)/.exec(stderr)?.[1]}`;
}
const reason = lack();
const onCard = (ctx: TestContext) => reason !== undefined && ctx.skip(reason);

describe("on an NVIDIA card", () => {
  it("every model learns a batch, operation by operation", { timeout: 300_000 }, (ctx) => {
    onCard(ctx);
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", models], {
      cwd: root,
      encoding: "utf8",
      env,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const [name, found] of Object.entries(JSON.parse(stdout) as Found)) {
      const eager = "graphs need TensorFlow on the CPU, got gpu";
      expect(found, name).toMatchObject({ backend: "gpu", eager });
      expect(found.distance, name).toBeLessThan(1e-5);
      expect(found.ratio, name).toBeLessThan(0.75);
    }
  });

  it("bench measures", { timeout: 300_000 }, (ctx) => {
    onCard(ctx);
    const args = [join(root, "bin", "geodl.mjs"), "bench", "dncnn-train", "--repeats", "3", "--budget", "5"];
    const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8", env });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^dncnn-train +geodl [\d.]+ patches\/s/);
  });
});
