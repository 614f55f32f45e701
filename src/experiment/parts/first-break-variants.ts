// Other ways to a first break than the own network's, each trained without some gathers: labels, prompts, transfer, clicks as training data.

import { firstBreakInputs } from "../../apply/first-break-inputs.js";
import { pickOf, placesOf } from "../../apply/first-break-posterior.js";
import { automaticMasks, promptedMasks, upperEdge } from "../../apply/index.js";
import { rng } from "../../core/index.js";
import { type firstbreak, synthetic } from "../../data/index.js";
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
  predict,
  type SampleSet,
  spikeLoss,
} from "../../nn/index.js";
import { engine, from, type Scalar, toGrid } from "../../tensor/index.js";
import { firstBreakMix, firstbreak as recipe } from "../train/firstbreak.js";
import { prompts as promptRecipe } from "../train/prompts.js";
import { type Answers, answersOf } from "./first-break-answers.js";
import { clicksOf, trainFirstBreaks } from "./first-break-runs.js";
import { type FirstBreakExample, firstBreakSamples, firstBreakWindow, firstSamples } from "./first-breaks.js";
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

/** Logits of the first 512 samples, [trace, time, class]. */
function logitsOf(model: Model, { gather }: Gather): Float32Array {
  const inputs = firstBreakInputs(firstSamples(gather, firstBreakWindow));
  const x = from({ data: inputs.data, shape: [1, ...inputs.shape] });
  const y = predict(model, x);
  const { data } = toGrid(y);
  x.dispose();
  y.dispose();
  return Float32Array.from(data);
}

const nt = firstBreakWindow;

/** Picks trace by trace from a model's logits. */
const picked = (model: Model, channels: number, pick: (z: Float32Array) => number) => (gather: Gather) => {
  const z = logitsOf(model, gather);
  const size = nt * channels;
  return { sample: Float64Array.from(gather.labels, (_, x) => pick(z.subarray(x * size, (x + 1) * size))) };
};

/** The likeliest order of three classes: before up to k - band, at the break up to k + band, then after. */
export function classPick(z: Float32Array, band = 3): number {
  const n = z.length / 3;
  const sums = [0, 1, 2].map(() => new Float64Array(n + 1));
  for (let t = 0; t < n; t++) {
    const [a, b, c] = [z[3 * t]!, z[3 * t + 1]!, z[3 * t + 2]!];
    const most = Math.max(a, b, c);
    const total = most + Math.log(Math.exp(a - most) + Math.exp(b - most) + Math.exp(c - most));
    [a, b, c].forEach((v, i) => {
      sums[i]![t + 1] = sums[i]![t]! + v - total;
    });
  }
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < n; k++) {
    const [from, to] = [Math.max(k - band, 0), Math.min(k + band + 1, n)];
    const value = sums[0]![from]! + sums[1]![to]! - sums[1]![from]! + sums[2]![n]! - sums[2]![to]!;
    if (value > most) [best, most] = [k, value];
  }
  return best;
}

const stepPick = (z: Float32Array) => pickOf(placesOf(z)).sample;
const largest = (z: Float32Array) => z.indexOf(z.reduce((a, b) => Math.max(a, b)));

/** Generated gathers that stand in for labelled ones. */
export function generatedExamples(seed: number, count = 200): FirstBreakExample[] {
  const root = rng(seed).fork("generated gathers");
  return Array.from({ length: count }, (_, k) => synthetic.firstBreakGather(root.fork(`${k}`)));
}

/** The automatic mode: the largest mask of a grid of points; where there is none, the best mask of a point low in the middle. @returns Samples, [trace]. */
export function promptPicks(model: Model, { gather }: Pick<Gather, "gather">): Float64Array {
  const window = firstSamples(gather, nt);
  const [mask] = automaticMasks(model, window, { points: [4, 6] });
  const asked = () =>
    promptedMasks(model, window, { points: [{ trace: window.shape[0]! >> 1, sample: nt - 60 }] })[0]!;
  return upperEdge((mask ?? asked()).logits);
}

/** Clicks as prompts: after each click the wavefield, before it none. */
export function promptClickPicks(
  model: Model,
  { gather }: Pick<Gather, "gather">,
  clicks: readonly firstbreak.Click[],
): Float64Array {
  const window = firstSamples(gather, nt);
  const points = clicks.flatMap(({ trace, sample }) => [
    { trace, sample: Math.min(sample + 10, nt - 1) },
    { trace, sample: Math.max(sample - 10, 0), isInside: false },
  ]);
  const all = promptedMasks(model, window, { points });
  const size = ({ logits }: (typeof all)[number]) => logits.data.reduce((n, v) => n + (v > 0 ? 1 : 0), 0);
  return upperEdge(all.sort((a, b) => size(b) - size(a))[0]!.logits);
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
  const window = firstSamples(gather.gather, nt);
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

/** Gathers of which 6 in 10 blocks of 8 traces by 32 samples are hidden: x without them, y [trace, time, 2] what was there and where. */
export function maskedSamples(examples: readonly FirstBreakExample[]): SampleSet {
  const whole = firstBreakSamples(examples, { clicks: 0 });
  return {
    length: whole.length,
    sample(i, rng) {
      const { x } = whole.sample(i, rng);
      const [traces, width, channels] = x.shape as [number, number, number];
      const random = rng.fork("blocks");
      const hidden = Array.from(
        { length: Math.ceil(traces / 8) * Math.ceil(width / 32) },
        () => random.uniform() < 0.6,
      );
      const y = new Float32Array(traces * width * 2);
      const data = Float32Array.from(x.data);
      for (let k = 0; k < traces * width; k++) {
        const isHidden =
          hidden[
            Math.floor(Math.floor(k / width) / 8) * Math.ceil(width / 32) + Math.floor((k % width) / 32)
          ]!;
        y.set([data[channels * k]!, isHidden ? 1 : 0], 2 * k);
        if (isHidden) data.fill(0, channels * k, channels * (k + 1));
      }
      return { x: { data, shape: x.shape }, y: { data: y, shape: [traces, width, 2] } };
    },
  };
}

/** Mean square of what was hidden.
 *  @see He et al. (2022), masked autoencoders, CVPR. */
export const hiddenLoss: Loss = (output, target) => {
  const { tf } = engine();
  const shape = output.shape as [number, number, number, number];
  const [value, hidden] = [0, 1].map((c) => tf.slice(target, [0, 0, 0, c], shape));
  const off = tf.mul(tf.square(tf.sub(output, value!)), hidden!);
  return tf.div(tf.sum(off), tf.add(tf.sum(hidden!), 1)) as Scalar;
};

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
