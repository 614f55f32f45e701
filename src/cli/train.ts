// geodl train: makes committed weights again, or goes on with making them.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { ownWeights } from "../apply/index.js";
import { recipeNames, recipeOf, train } from "../experiment/index.js";
import { readSafetensors } from "../formats/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { durationText } from "./status-line.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";

async function list(): Promise<void> {
  for (const name of recipeNames) {
    const { about, steps } = await recipeOf(name);
    console.log(`${name.padEnd(14)} ${about} (${steps} steps)`);
  }
}

async function run(call: Call): Promise<number> {
  const [name, ...more] = call.positionals;
  if (name === undefined) {
    await list();
    return 2;
  }
  if (more.length > 0 || !recipeNames.includes(name))
    throw new UsageError(`one recipe of ${recipeNames.join(", ")}, got ${call.positionals.join(" ")}`);
  const stepsText = stringOption(call, "steps");
  const asked = stepsText === undefined ? undefined : Number(stepsText);
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 1))
    throw new UsageError(`--steps must be a whole number >= 1, got ${stepsText}`);
  const recipe = await recipeOf(name);
  const out = resolve(stringOption(call, "out") ?? ownWeights(name));
  const checkpoint = `${out}.checkpoint`;
  if (existsSync(checkpoint) && !call.values.resume)
    throw new Error(`a run to ${out} was cut short; add --resume to go on with it, or remove ${checkpoint}`);
  mkdirSync(dirname(out), { recursive: true });
  const start = performance.now();
  let first: { readonly step: number; readonly at: number } | undefined;
  const isDone = await withInterrupt((signal) =>
    train(recipe, {
      out,
      ...(asked === undefined ? {} : { steps: asked }),
      signal,
      onReport({ step, steps, loss, validationLoss }) {
        const now = performance.now();
        const validation = validationLoss === undefined ? "" : `, validation ${validationLoss.toFixed(5)}`;
        const rate = first && (now - first.at) / 1000 / (step - first.step);
        const left = rate === undefined ? "" : `, about ${durationText(rate * (steps - step))} left`;
        first ??= { step, at: now };
        console.log(
          `step ${step} of ${steps}: loss ${loss.toFixed(5)}${validation}${step < steps ? left : ""}`,
        );
      },
    }),
  );
  if (!isDone) {
    console.error(
      `geodl train: interrupted, the state is in ${checkpoint}; go on with: geodl train ${name} --resume`,
    );
    return interrupted;
  }
  const bytes = readFileSync(out);
  const { metadata } = readSafetensors(bytes);
  console.log(
    `${relative(process.cwd(), out)}: ${metadata.weights} weights, ${bytes.length} bytes, scores ${metadata.scores}, ` +
      durationText((performance.now() - start) / 1000),
  );
  return 0;
}

export const verb: Verb = {
  usage: "[NAME] [--steps N] [--resume] [--out F]",
  options: { steps: { type: "string" }, resume: { type: "boolean" }, out: { type: "string" } },
  help: [
    `NAME       ${recipeNames.join(", ")}; without it: what they are`,
    "--steps N  optimiser steps; default: the recipe's",
    "--resume   go on from the checkpoint of a run that was cut short, to the bits of an unbroken one",
    "--out F    file of the weights, F.checkpoint beside it until the end; default: data/weights/NAME.safetensors",
    "The same recipe, steps and number of threads (TF_NUM_INTRAOP_THREADS) give the same bits on the same kind of machine.",
  ],
  example: "geodl train denoiser --steps 200 --out denoiser.safetensors",
  run,
};
