// What an augmentation takes and gives: a waveform with its arrivals. Every augmentation is a function of (example, rng) and changes neither.
import type { Grid, Rng } from "../../core/index.js";
import type { Recording } from "../recording.js";

/** An onset in an example. */
export interface Arrival {
  readonly phase: "P" | "S";
  /** Place in the waveform, samples, may be fractional and may lie outside. */
  readonly sample: number;
}

/** A waveform to learn from. */
export interface Example {
  /** [sample, channel], channels E, N, Z; a channel of zeros is one that was not recorded. */
  readonly waveform: Grid;
  /** Sample interval, s. */
  readonly dt: number;
  readonly arrivals: readonly Arrival[];
  /** Samples [from, to) with an arrival that no analyst labelled: nothing is to be learned there. */
  readonly ignore: readonly (readonly [from: number, to: number])[];
}

/** A change of an example with its labels; draws only from the rng it is given, so that the same stream gives the same example. */
export type Augmentation = (example: Example, rng: Rng) => Example;

/** A record as an example: its P and S where they are known, its unlabelled stretch where one is noted.
 *  @param recording As `stead.open` or `synthetic.record` gives it. */
export function fromRecording({ waveform, dt, p, s, attributes }: Recording): Example {
  const arrivals: Arrival[] = [];
  if (p !== undefined) arrivals.push({ phase: "P", sample: p });
  if (s !== undefined) arrivals.push({ phase: "S", sample: s });
  const noted = attributes.unlabelled;
  const ignore =
    Array.isArray(noted) && noted.length === 2 ? [[Number(noted[0]), Number(noted[1])] as const] : [];
  return { waveform, dt, arrivals, ignore };
}

/** Augmentations one after the other, each with its own stream: leaving one out changes what no other draws. */
export function sequence(...steps: readonly Augmentation[]): Augmentation {
  return (example, rng) => steps.reduce((now, step, i) => step(now, rng.fork(`${i}`)), example);
}

/** An augmentation for a share of the examples, the others pass unchanged.
 *  @param probability 0 to 1.
 *  @throws RangeError for another probability. */
export function sometimes(probability: number, step: Augmentation): Augmentation {
  if (!(probability >= 0 && probability <= 1))
    throw new RangeError(`augment.sometimes: the probability must be 0 to 1, got ${probability}`);
  return (example, rng) => (rng.uniform() < probability ? step(example, rng) : example);
}

/** Samples and channels of an example's waveform.
 *  @throws RangeError unless it is [sample, channel]. */
export function sizes(
  name: string,
  { waveform }: Example,
): { readonly n: number; readonly channels: number } {
  const [n, channels] = waveform.shape;
  if (waveform.shape.length !== 2 || waveform.data.length !== n! * channels!)
    throw new RangeError(`augment.${name}: the waveform must be [sample, channel], got [${waveform.shape}]`);
  return { n: n!, channels: channels! };
}

/** The same example with other samples at the same times. */
export const withData = (example: Example, data: Float32Array): Example => ({
  ...example,
  waveform: { data, shape: example.waveform.shape },
});

/** A range of numbers that is in order and finite.
 *  @throws RangeError otherwise. */
export function requireRange(name: string, [low, high]: readonly [number, number]): void {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high))
    throw new RangeError(`augment.${name}: a range must be [low, high], got [${low}, ${high}]`);
}

/** 10^x. Math.pow is not the same to the last bit in all versions of Node. */
export const power10 = (x: number): number => Math.exp(x * Math.LN10);

/** Channels with any sample that is not zero. */
export function live({ waveform: { data, shape } }: Example): boolean[] {
  const channels = shape[1]!;
  const found = new Array<boolean>(channels).fill(false);
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) found[i % channels] = true;
  return found;
}

/** Largest magnitude; 0 of nothing. */
export function peak(data: Float32Array): number {
  let max = 0;
  for (let i = 0; i < data.length; i++) max = Math.max(max, Math.abs(data[i]!));
  return max;
}
