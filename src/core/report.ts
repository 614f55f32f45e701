// What a training loop says after a step: written by nn.fit, drawn by notebook.live, so both rooms read it from here.

/** One line of a training's log. */
export interface Report {
  /** Steps done, from 1. */
  readonly step: number;
  /** Steps in all; the report with `step === steps` is the last. */
  readonly steps: number;
  /** Training loss since the last report, mean. */
  readonly loss: number;
  /** Loss on the validation set, where it was computed at this step. */
  readonly validationLoss?: number;
}
