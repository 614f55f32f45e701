// Answers of overlapping windows joined into one curve, given out as soon as no later window can change them.
import type { Probabilities } from "./annotate.js";

/** What a stack is made for. */
export interface StackOptions {
  readonly stretch: number;
  /** Samples of a window. */
  readonly length: number;
  readonly classes: number;
  /** Samples of the stretch; what windows say beyond is left out. */
  readonly n: number;
  readonly stacking: "avg" | "max";
  readonly blinding: readonly [number, number];
}

/** Windows come in order; each may begin anywhere in or right behind the one before. */
export class Stack {
  private from = 0;
  private readonly sum: Float32Array;
  private readonly count: Uint16Array;
  private readonly o: StackOptions;

  constructor(options: StackOptions) {
    this.o = options;
    this.sum = new Float32Array(options.length * options.classes);
    this.count = new Uint16Array(options.length);
  }

  /** Adds a window's answer.
   *  @param first Its first sample. @param answer [length, classes]. @param isLast No window follows.
   *  @returns Parts that are finished. */
  *add(first: number, answer: Float32Array, isLast: boolean): Generator<Probabilities> {
    const { length, classes, stacking, blinding, n } = this.o;
    const { sum, count } = this;
    if (first > this.from) {
      yield this.part(first - this.from, false);
      const shift = first - this.from;
      sum.copyWithin(0, shift * classes);
      sum.fill(0, Math.max(length - shift, 0) * classes);
      count.copyWithin(0, shift);
      count.fill(0, Math.max(length - shift, 0));
      this.from = first;
    }
    for (let i = blinding[0]; i < length - blinding[1]; i++) {
      const isFirst = count[i]!++ === 0;
      for (let k = i * classes; k < (i + 1) * classes; k++) {
        if (stacking === "avg") sum[k]! += answer[k]!;
        else if (isFirst || answer[k]! > sum[k]!) sum[k] = answer[k]!;
      }
    }
    if (isLast) yield this.part(Math.min(length, n - this.from), true);
  }

  private part(size: number, isLast: boolean): Probabilities {
    const { classes, stacking, stretch } = this.o;
    const data = new Float32Array(size * classes);
    for (let i = 0; i < size; i++) {
      const count = this.count[i]!;
      for (let k = i * classes; k < (i + 1) * classes; k++)
        data[k] = count === 0 ? Number.NaN : stacking === "avg" ? this.sum[k]! / count : this.sum[k]!;
    }
    return { stretch, first: this.from, data, isLast };
  }
}
