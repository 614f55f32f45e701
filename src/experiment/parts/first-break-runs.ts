// A picker of first breaks trained without some gathers, and its answers for them.
import { classicalPicks, krigeClicks, linesThroughClicks, networkFirstBreaks } from "../../apply/index.js";
import { rng } from "../../core/index.js";
import { firstbreak } from "../../data/index.js";
import { firstBreakUnet, fit, type Model } from "../../nn/index.js";
import { pickAic, pickEnergyRatio } from "../../signal/index.js";
import { firstBreakMix, firstbreak as recipe } from "../train/firstbreak.js";
import { firstBreakSamples } from "./first-breaks.js";

type Gather = firstbreak.LabelledGather;

/** Traces that the made-up analyst clicks on, by the number of clicks. */
const clickTraces: Readonly<Record<number, readonly number[]>> = {
  1: [24],
  2: [12, 36],
  5: [4, 14, 24, 34, 44],
};

/** Clicks of a made-up analyst, label + N(0, 2) samples: three as the protocol has them, or 1, 2, 5.
 *  @returns By the gather's number. */
export function clicksOf(count: number): (gather: Gather) => readonly firstbreak.Click[] {
  if (count === 0) return () => [];
  const gathers = firstbreak.labelled();
  if (count === 3) {
    const clicks = firstbreak.protocolClicks(gathers, rng.numpy(7).standardNormal([20, 3]));
    return ({ number }) => clicks.get(number)!;
  }
  return ({ number, labels }) => {
    const random = rng(7).fork(`${count} clicks ${number}`);
    return clickTraces[count]!.map((trace) => ({ trace, sample: labels[trace]! + random.normal(0, 2) }));
  };
}

/** Trains the network of `geodl train firstbreak` on some gathers.
 *  @param gathers To learn from.
 *  @returns The model; the caller disposes it. */
export async function trainFirstBreaks(gathers: readonly Gather[], seed: number): Promise<Model> {
  const model = firstBreakUnet({ seed });
  const { steps } = recipe;
  await fit(model, firstBreakSamples(gathers, firstBreakMix), { ...recipe.fit, seed, steps, every: steps });
  return model;
}

/** The network's answer in the protocol's window. */
export const networkAnswer = (model: Model, count: number) => {
  const clicks = clicksOf(count);
  return (gather: Gather) => networkFirstBreaks(model, gather.gather, { clicks: clicks(gather), step: 1 });
};

/** Clicks that only correct the automatic picks, by kriging. */
export const correctedAnswer = (model: Model, count: number) => {
  const clicks = clicksOf(count);
  return (gather: Gather) => {
    const { sample, confidence } = networkFirstBreaks(model, gather.gather, { step: 1 });
    const { shift } = krigeClicks(sample, clicks(gather));
    return { sample: sample.map((v, x) => v + shift[x]!), confidence };
  };
};

/** Row of the straight lines. */
export const lines = "straight lines through clicks";

/** Straight lines through clicks. */
export const lineAnswer = (count: number) => {
  const clicks = clicksOf(count);
  return (gather: Gather) => ({ sample: linesThroughClicks(clicks(gather), 48) });
};

/** The classical rows of PROTOCOLS 2. */
export const classicalRows: Readonly<Record<string, (gather: Gather) => { readonly sample: Float64Array }>> =
  {
    "constant, sample 150": () => ({ sample: new Float64Array(48).fill(150) }),
    "STA/LTA 10/80/6": of("stalta"),
    "STA/LTA +med5": of("stalta", 5),
    "MER L=40": of((x) => pickEnergyRatio(x, 40)),
    "MER L=60": of("mer"),
    "MER +med5": of("mer", 5),
    "Coppens 30, .02, 25": of("coppens"),
    "Coppens +med5": of("coppens", 5),
    "AIC on [0, argmax]": of("aic"),
    "AIC +med5": of("aic", 5),
    "MER -> AIC +-40": of((x) => {
      const at = pickEnergyRatio(x, 40);
      return at === undefined ? at : pickAic(x, { from: at - 40, to: at + 40 });
    }),
    "Baer-Kradolfer": of("baer"),
    "Baer-Kradolfer +med5": of("baer", 5),
  };

/** Classical picks with clicks: kriging of (click - pick), as for the network. */
export const krigedRows: Readonly<
  Record<string, (count: number) => (gather: Gather) => { readonly sample: Float64Array }>
> = {
  "STA/LTA +med5 + kriging": (count) => kriged("STA/LTA +med5", count),
};

function kriged(row: string, count: number) {
  const clicks = clicksOf(count);
  return (gather: Gather) => {
    const { sample } = classicalRows[row]!(gather);
    const { shift } = krigeClicks(sample, clicks(gather));
    return { sample: sample.map((v, x) => v + shift[x]!) };
  };
}

function of(which: Parameters<typeof classicalPicks>[1], median?: number) {
  return ({ gather }: Gather) => ({
    sample: classicalPicks(gather, which, { samples: 600, ...(median === undefined ? {} : { median }) }),
  });
}
