// Other ways to a first break than the own network's, each trained without some gathers: labels, prompts, transfer, clicks as training data.

import { firstBreakInputs } from "../../apply/first-break-inputs.js";
import type { firstbreak } from "../../data/index.js";
import {
  adamW,
  adopt,
  cosine,
  firstBreakClassLoss,
  firstBreakLoss,
  firstBreakUnet,
  fit,
  type Loss,
  type Model,
  partly,
  type SampleSet,
  spikeLoss,
} from "../../nn/index.js";
import { engine, type Scalar } from "../../tensor/index.js";
import { firstBreakMix, firstbreak as recipe } from "../train/firstbreak.js";
import { prompts as promptRecipe } from "../train/prompts.js";
import { type Answers, answersOf } from "./first-break-answers.js";
import { classPick, largest, picked, promptClickPicks, promptPicks, stepPick } from "./first-break-picks.js";
import { clicksOf, trainFirstBreaks } from "./first-break-runs.js";
import { generatedExamples, hiddenLoss, maskedSamples } from "./first-break-unlabelled.js";
import { firstBreakSamples, firstBreakWindow, firstSamples } from "./first-breaks.js";
import { promptSamples } from "./prompt-samples.js";

type Gather = firstbreak.LabelledGather;

/** Training of a model with the recipe's optimiser. */
async function train(
  model: Model,
  samples: SampleSet,
  { loss = recipe.fit.loss!, steps = recipe.steps, seed = 1, rate = 2e-3 } = {} as {
    loss?: Loss;
    steps?: number;
    seed?: number;
    rate?: number;
  },
): Promise<void> {
  const optimizer = adamW({ learningRate: cosine(rate, 0, Math.min(50, Math.ceil(steps / 8))) });
  await fit(model, samples, { loss, optimizer, steps, batchSize: 8, every: steps, seed });
}

/** Loss on clicked traces alone: y [trace, 2] holds the click and whether there is one. */
const clickLoss: Loss = (output, target, x) => {
  const { tf } = engine();
  const [n, traces, width] = output.shape as [number, number, number, number];
  const label = tf.slice(target, [0, 0, 0], [n, traces, 1]);
  const isClicked = tf.slice(target, [0, 0, 1], [n, traces, 1]).reshape([n, traces, 1, 1]);
  const masked = tf.add(
    tf.mul(output, isClicked),
    // traces without a click say what their label says: no gradient comes from them
    tf.mul(
      tf.sub(1, isClicked),
      tf.mul(
        20,
        tf.sign(tf.sub(tf.range(0, width, 1).reshape([1, 1, width, 1]), label.reshape([n, traces, 1, 1]))),
      ),
    ),
  );
  return firstBreakLoss()(masked, label, x) as Scalar;
};

/** A copy of the network trained for a few steps on the clicks of the gather itself. */
async function tunedPicks(base: Model, gather: Gather, clicks: readonly firstbreak.Click[], steps = 20) {
  const window = firstSamples(gather.gather, firstBreakWindow);
  const traces = window.shape[0]!;
  const y = new Float32Array(2 * traces).map((_, i) => (i % 2 === 0 ? 200 : 0));
  for (const { trace, sample } of clicks) y.set([sample, 1], 2 * trace);
  const model = firstBreakUnet();
  try {
    adopt(model, base);
    const one = { x: firstBreakInputs(window), y: { data: y, shape: [traces, 2] } };
    await fit(
      partly(model, () => true),
      { length: 1, sample: () => one },
      {
        loss: clickLoss,
        optimizer: adamW({ learningRate: 3e-4 }),
        steps,
        batchSize: 1,
        every: steps,
      },
    );
    return picked(model, 1, stepPick)(gather);
  } finally {
    model.dispose();
  }
}

type Kinds = Record<string, Answers>;
type Variant = (train: readonly Gather[], test: readonly Gather[], seed: number) => Promise<Kinds>;

/** Trains one model, answers, frees it. */
async function once(model: Model, work: (model: Model) => Promise<Kinds>): Promise<Kinds> {
  try {
    return await work(model);
  } finally {
    model.dispose();
  }
}

const labelled =
  (loss: Loss, channels: number, pick: (z: Float32Array) => number): Variant =>
  (known, test, seed) =>
    once(firstBreakUnet({ seed, outChannels: channels }), async (model) => {
      await train(model, firstBreakSamples(known, firstBreakMix), { loss, seed });
      return { automatic: answersOf(test, picked(model, channels, pick)) };
    });

/** Steps of pre-training and of what follows. */
const before = 300;
const after = 120;

/** A network pre-trained on generated gathers. */
async function synthetically(seed: number, steps = before): Promise<Model> {
  const model = firstBreakUnet({ seed });
  await train(model, firstBreakSamples(generatedExamples(seed), { clicks: 0 }), { steps, seed });
  return model;
}

/** Fine-tunes a copy of a base, all of it or what the name says, and answers. */
async function continued(
  base: Model | undefined,
  known: readonly Gather[],
  test: readonly Gather[],
  seed: number,
  {
    options = {},
    isTrained,
  }: { options?: { adapters?: number; lora?: number }; isTrained?: (name: string) => boolean } = {},
): Promise<Answers> {
  const model = firstBreakUnet({ seed: seed + 1, ...options });
  try {
    if (base) adopt(model, base);
    const target = isTrained ? partly(model, isTrained) : model;
    await train(target, firstBreakSamples(known, { clicks: 0 }), {
      steps: after,
      seed,
      rate: isTrained ? 5e-3 : 2e-3,
    });
    return answersOf(test, picked(model, 1, stepPick));
  } finally {
    model.dispose();
  }
}

/** Which weights are trained beside a frozen trunk. */
export const tuned = {
  adapters: { options: { adapters: 8 }, isTrained: (name: string) => /adapter|tail/.test(name) },
  lora: { options: { lora: 4 }, isTrained: (name: string) => /lora|tail/.test(name) },
  last: { options: {}, isTrained: (name: string) => name.startsWith("tail") },
} as const;

/** The rows beside the own network. */
export const variants: Readonly<Record<string, Variant>> = {
  "three classes, gradient loss": labelled(firstBreakClassLoss(), 3, classPick),
  "labels as a spike": labelled(spikeLoss, 1, largest),
  "labels as a step alone": labelled(firstBreakLoss({ places: 0 }), 1, stepPick),
  "promptable, grid of points": (known, test, seed) =>
    once(promptRecipe.model(), async (model) => {
      await fit(model, promptSamples(known), {
        ...promptRecipe.fit,
        seed,
        steps: promptRecipe.steps,
        every: promptRecipe.steps,
      });
      const clicks = clicksOf(3);
      return {
        automatic: answersOf(test, (g) => ({ sample: promptPicks(model, g) })),
        "3 clicks": answersOf(test, (g) => ({ sample: promptClickPicks(model, g, clicks(g)) })),
      };
    }),
  "synthetic only": async (_, test, seed) =>
    once(await synthetically(seed, recipe.steps), async (model) => ({
      automatic: answersOf(test, picked(model, 1, stepPick)),
      generated: answersOf(
        generatedExamples(seed + 1, 20).map((one, number) => ({ ...test[0]!, ...one, number })),
        picked(model, 1, stepPick),
      ),
    })),
  "tuned on the clicks": async (known, test, seed) =>
    once(await trainFirstBreaks(known, seed), async (model) => {
      const clicks = clicksOf(3);
      const said = new Map<number, Awaited<ReturnType<typeof tunedPicks>>>();
      for (const gather of test) said.set(gather.number, await tunedPicks(model, gather, clicks(gather)));
      return { "3 clicks": answersOf(test, (g) => said.get(g.number)!) };
    }),
  "120 steps from scratch": async (known, test, seed) => ({
    automatic: await continued(undefined, known, test, seed),
  }),
  "synthetic, then 120 steps": async (known, test, seed) =>
    once(await synthetically(seed), async (base) => ({
      automatic: await continued(base, known, test, seed),
      adapters: await continued(base, known, test, seed, tuned.adapters),
      lora: await continued(base, known, test, seed, tuned.lora),
      last: await continued(base, known, test, seed, tuned.last),
    })),
  "masked pre-training, then 120 steps": (known, test, seed) =>
    once(firstBreakUnet({ seed }), async (base) => {
      const all = [...known, ...generatedExamples(seed, 60)];
      await train(base, maskedSamples(all), { loss: hiddenLoss, steps: before, seed });
      return { automatic: await continued(base, known, test, seed) };
    }),
};
