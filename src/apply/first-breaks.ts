// First breaks of a gather by name of the picker: the own network or a classical one, with clicks and a reject option.
import { existsSync } from "node:fs";
import type { Grid } from "../core/index.js";
import type { firstbreak } from "../data/index.js";
import { load } from "../nn/index.js";
import { type ClassicalFirstBreak, classicalFirstBreaks, classicalPicks } from "./classical-first-breaks.js";
import { ownWeights } from "./denoiser.js";
import { calibrated } from "./first-break-confidence.js";
import { type FirstBreaks, krigeClicks } from "./first-break-posterior.js";
import { networkFirstBreaks } from "./network-first-breaks.js";

export interface FirstBreakOptions {
  /** Analyst's picks in this gather. Default none. */
  readonly clicks?: readonly firstbreak.Click[];
  /** Picks with a lower confidence are left out. Default 0: none. */
  readonly reject?: number;
}

/** Picks first breaks. */
export interface FirstBreakPicker {
  readonly name: string;
  /** True where picks come with a confidence. */
  readonly isSure: boolean;
  /** @param gather [trace, time], any size; unchanged.
   *  @returns Samples, NaN for no pick (dead traces always), and confidences, NaN where there is none.
   *  @throws RangeError for a click outside the gather. */
  pick(gather: Grid, options?: FirstBreakOptions): FirstBreaks;
  /** Frees a network; idempotent. */
  dispose(): void;
}

function requireClicks({ shape }: Grid, clicks: readonly firstbreak.Click[]): void {
  const [traces, nt] = shape as [number, number];
  for (const { trace, sample } of clicks)
    if (!(Number.isInteger(trace) && trace >= 0 && trace < traces && sample >= 0 && sample <= nt - 1))
      throw new RangeError(
        `firstBreaks: a click must lie in traces 0 .. ${traces - 1} and samples 0 .. ${nt - 1}, got ${trace}, ${sample}`,
      );
}

function requireGather({ data, shape }: Grid): void {
  if (shape.length !== 2 || data.length === 0 || shape[0]! * shape[1]! !== data.length || shape[1]! < 2)
    throw new TypeError(`firstBreaks: a gather must be [trace, time], got [${shape}]`);
}

function classical(which: ClassicalFirstBreak): FirstBreakPicker {
  return {
    name: which,
    isSure: false,
    pick(gather, { clicks = [] } = {}) {
      requireGather(gather);
      requireClicks(gather, clicks);
      const picks = classicalPicks(gather, which, { median: 5 });
      const { shift } = krigeClicks(picks, clicks);
      return {
        sample: picks.map((v, x) => v + shift[x]!),
        confidence: new Float64Array(picks.length).fill(Number.NaN),
      };
    },
    dispose() {},
  };
}

/** Finds a picker of first breaks.
 *
 *  @param which "own" (default), the network of data/weights/firstbreak.safetensors; or a classical one with a running median over 5 traces:
 *    "stalta", "mer", "coppens", "aic", "baer", whose windows are samples as in PROTOCOLS 2. Classical picks have no confidence.
 *  @returns The picker; the caller disposes it.
 *  @throws RangeError for another name; Error where the own weights are missing, with the cure. */
export async function loadFirstBreakPicker(which = "own"): Promise<FirstBreakPicker> {
  const name = classicalFirstBreaks.find((one) => one === which);
  if (name) return classical(name);
  if (which !== "own")
    throw new RangeError(
      `loadFirstBreakPicker: the picker must be own, ${classicalFirstBreaks.join(", ")}, got ${which}`,
    );
  const file = ownWeights("firstbreak");
  if (!existsSync(file))
    throw new Error(
      `loadFirstBreakPicker: the own weights must be at ${file}, got none; make them with: geodl train firstbreak`,
    );
  const { model } = await load(file);
  return {
    name: "own",
    isSure: true,
    pick(gather, { clicks = [], reject = 0 } = {}) {
      requireGather(gather);
      requireClicks(gather, clicks);
      const { sample, confidence } = networkFirstBreaks(model, gather, { clicks });
      const { left } = krigeClicks(sample, clicks);
      const chance = confidence.map((c, x) =>
        Number.isNaN(c) ? c : calibrated(c, clicks.length > 0 ? left[x]! : undefined),
      );
      for (let x = 0; x < chance.length; x++)
        if (chance[x]! < reject) [sample[x], chance[x]] = [Number.NaN, Number.NaN];
      return { sample, confidence: chance };
    },
    dispose: () => model.dispose(),
  };
}
