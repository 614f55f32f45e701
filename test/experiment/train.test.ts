// Recipes: weights with everything that makes them again, the same bits after a kill; the verb's refusals.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rng } from "geodl/core";
import { recipeNames, recipeOf } from "geodl/experiment";
import { readSafetensors } from "geodl/formats";
import { countWeights, load } from "geodl/nn";
import { ready } from "geodl/tensor";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "geodl train ü-"));
afterAll(() => rmSync(folder, { recursive: true }));
const script = fileURLToPath(new URL("./run-train.mjs", import.meta.url));
const bin = fileURLToPath(new URL("../../bin/geodl.mjs", import.meta.url));

/** Trains the small recipe; killed after a line that holds `until`. */
function train(out: string, until?: string): Promise<string> {
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: "1" };
  const child = spawn(process.execPath, [script, out], { stdio: ["ignore", "pipe", "inherit"], env });
  let text = "";
  child.stdout.on("data", (part: Buffer) => {
    text += part.toString();
    if (until !== undefined && text.includes(until)) child.kill("SIGKILL");
  });
  return new Promise((resolve) => child.on("close", () => resolve(text)));
}

describe("train", () => {
  it("gives the same file after a kill, with metadata from which the model is made again", {
    timeout: 120_000,
  }, async () => {
    const [whole, cut] = [join(folder, "whole.safetensors"), join(folder, "cut.safetensors")];
    expect(await train(whole)).toMatch(/step 400\ndone true\n$/);
    const before = await train(cut, "step 60\n");
    expect(before).not.toMatch(/done/);
    expect(existsSync(cut)).toBe(false);
    const after = await train(cut);
    expect(after).toMatch(/done true/);
    expect(after).not.toMatch(/^step 20$/m); // it went on
    expect(readFileSync(cut).equals(readFileSync(whole))).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["cut.safetensors", "whole.safetensors"]);
    const { metadata, types } = readSafetensors(readFileSync(whole));
    expect(metadata).toMatchObject({
      model: "dncnn",
      data: "random numbers",
      command: "geodl train small",
      seed: "5",
      steps: "400",
      licence: "MIT",
    });
    expect(JSON.parse(metadata.scores!)).toMatchObject({
      answer: 42,
      validationLoss: expect.any(Number) as number,
    });
    expect(new Set(types.values())).toEqual(new Set(["F16"]));
    const { model } = await load(whole);
    expect(String(countWeights(model))).toBe(metadata.weights);
    model.dispose();
  });
});

describe("the recipes", () => {
  it.for(recipeNames)("%s is complete: name, model, a sample that model and loss take", async (name, ctx) => {
    if (["picker", "firstbreak"].includes(name) && !process.env.GEODL_DATA)
      return ctx.skip("needs GEODL_DATA: the records that it learns from");
    const { tf } = await ready();
    const recipe = await recipeOf(name);
    expect(recipe.name).toBe(name);
    expect(recipe.steps).toBeGreaterThan(100);
    const { x, y } = recipe.validation().sample(0, rng(1)); // as those it learns from, and fewer to be made
    const model = recipe.model();
    const loss = tf.tidy(() => {
      const [input, target] = [x, y].map(({ data, shape }) => tf.tensor(data as Float32Array, [1, ...shape]));
      return recipe.fit.loss!(model.apply(input!), target!, input!).dataSync()[0]!;
    });
    expect(Number.isFinite(loss)).toBe(true);
    model.dispose();
  });

  it("are refused by any other name", () => {
    expect(() => recipeOf("alchemy")).toThrow(/the recipe must be one of denoiser, .*, got alchemy/);
  });
});

describe("geodl train", () => {
  const geodl = (...args: string[]) =>
    spawnSync(process.execPath, [bin, "train", ...args], { encoding: "utf8", cwd: folder });

  it("lists the recipes, refuses what it cannot do, never starts over a run that was cut short", () => {
    expect(geodl()).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/^denoiser +removes/) as string,
    });
    expect(geodl("alchemy")).toMatchObject({ status: 2 });
    expect(geodl("denoiser", "--steps", "0").stderr).toMatch(/--steps must be a whole number >= 1, got 0/);
    writeFileSync(join(folder, "o.safetensors.checkpoint"), "");
    const { status, stderr } = geodl("denoiser", "--out", "o.safetensors");
    expect(status).toBe(1);
    expect(stderr).toMatch(/was cut short; add --resume to go on with it, or remove/);
  });
});
