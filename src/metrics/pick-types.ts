// What the scorer of picks takes and gives: picks, windows with an analyst's arrivals, figures.

/** P or S; Pn, Sg and so on count as their first letter. */
export type Phase = "P" | "S";

/** A pick in a window; the first columns of what `geodl pick` writes. */
export interface WindowPick {
  /** Name of the window. */
  readonly file: string;
  readonly phase: string;
  /** Samples from the window's start; fractions allowed. */
  readonly sample: number;
  /** Score, higher is surer. */
  readonly prob: number;
}

/** Half-open range of samples, [first, last). */
export type SampleRange = readonly [first: number, last: number];

/** What an analyst said about a window. */
export interface PickWindow {
  /** Name of the window, the picks' `file`. */
  readonly window: string;
  /** Record that it was cut from: intervals are taken over records. */
  readonly file: string;
  /** "event", or "noise" before one. */
  readonly kind: "event" | "noise";
  /** Arrivals, samples from the window's start; absent where they lie outside. */
  readonly p?: number;
  readonly s?: number;
  /** Where picks of a noise window count. */
  readonly scored: SampleRange;
  /** Where no pick counts: arrivals that no analyst labelled. Default none. */
  readonly ignore?: readonly SampleRange[];
}

export interface PickScoreOptions {
  /** Least score of a pick that counts, one or one a phase. Default 0.3. */
  readonly threshold?: number | Readonly<Record<Phase, number>>;
  /** Largest distance of a hit from the analyst's pick, s. Default [0.1, 0.5]. */
  readonly tolerances?: readonly number[];
  /** Sampling rate, Hz. Default 100. */
  readonly rate?: number;
  /** Samples of an event window; picks beyond do not count. Default 3001. */
  readonly length?: number;
  /** Draws of records for the interval, 0 = no interval. Default 500. */
  readonly resamples?: number;
}

/** A counted pick of an event window: its distance from the analyst's, s, where it is the hit; a false one has none. */
export interface PickOutcome extends WindowPick {
  readonly residual?: number;
}

/** Figures of one phase at one tolerance; ratios are 0 where they are 0/0. */
export interface PickScore {
  readonly phase: Phase;
  readonly threshold: number;
  /** s. */
  readonly tolerance: number;
  /** Arrivals asked for. */
  readonly n: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** 95 %, bootstrap over records; absent for `resamples` 0. */
  readonly f1Interval?: readonly [low: number, high: number];
  readonly residuals: ResidualStats;
  readonly noisePicks: number;
  readonly noiseHours: number;
  /** NaN without noise. */
  readonly falsePerHour: number;
  /** Every counted pick of the event windows. */
  readonly outcomes: readonly PickOutcome[];
}

/** Mean, spread and size of residuals, pick - analyst; NaN for none. */
export interface ResidualStats {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation, divided by n. */
  readonly std: number;
  /** Mean absolute residual. */
  readonly mae: number;
}
