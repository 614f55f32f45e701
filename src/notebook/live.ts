// A live learning curve: what nn.fit reports, drawn while it trains.
import { type Bundle, host, type Report } from "../core/index.js";
import { jupyterDisplay, learningCurve } from "../show/index.js";
import { type Bar, bar } from "./progress.js";
import { sketch } from "./sketch.js";

const interval = 500; // ms between two drawings of the curve

/** Draws one learning curve and a progress bar while a model trains, at most twice a second.
 *  In a plain script it prints a line with the loss every 10 %.
 *
 *  @param title Title of the curve.
 *  @param options.loss What the loss is, for the axis. Default "loss".
 *  @returns A function for `fit`'s onReport, or to be called by a loop of your own; the report with `step === steps` draws the last, static state.
 *  @example const onReport = live("DnCNN"); onReport({ step: 1, steps: 100, loss: 0.3 }); */
export function live(title: string, options: { readonly loss?: string } = {}): (report: Report) => void {
  const kernel = host();
  const displayId = crypto.randomUUID();
  const steps: number[] = [];
  const losses: number[] = [];
  const validation = { steps: [] as number[], losses: [] as number[] };
  let drawn = Number.NEGATIVE_INFINITY;
  let isShown = false;
  let tenths = 0;
  let shownBar: Bar | undefined;

  const draw = (isLast: boolean) => {
    const loss = options.loss ?? "loss";
    const growing = (): Bundle => ({
      "image/svg+xml": sketch(title, loss, [{ steps, losses }, validation]),
      "text/plain": `${title}: step ${steps.at(-1)}, ${loss} ${losses.at(-1)?.toPrecision(4)}`,
    });
    const bundle = isLast
      ? learningCurve(losses, { title, steps, validation, loss })[jupyterDisplay]()
      : growing();
    kernel!.display(bundle, { displayId, update: isShown });
    isShown = true;
  };

  return ({ step, steps: total, loss, validationLoss }) => {
    steps.push(step);
    losses.push(loss);
    if (validationLoss !== undefined) {
      validation.steps.push(step);
      validation.losses.push(validationLoss);
    }
    const isLast = step >= total;
    if (!kernel) {
      const tenth = Math.floor((10 * step) / total);
      if (tenth === tenths && !isLast) return;
      tenths = tenth;
      const more = validationLoss === undefined ? "" : `, validation ${validationLoss.toPrecision(4)}`;
      console.log(`${title}: step ${step}/${total}, loss ${loss.toPrecision(4)}${more}`);
      return;
    }
    const now = performance.now();
    if (isLast || now - drawn >= interval) {
      draw(isLast);
      drawn = now;
    }
    shownBar ??= bar(total, "steps");
    shownBar.update(step);
  };
}
