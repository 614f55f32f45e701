// The weights of the best report, kept aside.
import { engine, type Tensor } from "../tensor/index.js";
import type { Model } from "./types.js";

const prefix = "best ";

/** Copies of a model's weights and running statistics at the lowest loss so far. */
export class Best {
  private readonly copies = new Map<string, Tensor>();
  private lowest: number;

  /** @param losses Those of the reports so far. */
  constructor(
    private readonly model: Model,
    losses: readonly number[] = [],
  ) {
    this.lowest = Math.min(...losses, Number.POSITIVE_INFINITY);
  }

  private get variables() {
    return [...this.model.parameters, ...this.model.buffers];
  }

  /** Copies the model as it is now where the loss is the lowest so far. */
  offer(loss: number): void {
    if (!(loss < this.lowest)) return;
    this.lowest = loss;
    for (const [name, variable] of this.variables) this.put(name, engine().tf.clone(variable));
  }

  private put(name: string, t: Tensor): void {
    this.copies.get(name)?.dispose();
    this.copies.set(name, engine().tf.keep(t));
  }

  /** Puts the copies into the model. @returns False where there are none. */
  restore(): boolean {
    for (const [name, variable] of this.variables) {
      const copy = this.copies.get(name);
      if (!copy) return false;
      variable.assign(copy);
    }
    return true;
  }

  /** The copies, for a checkpoint. */
  save(): Map<string, Float32Array> {
    return new Map([...this.copies].map(([name, t]) => [prefix + name, t.dataSync() as Float32Array]));
  }

  /** Goes on from what `save` gave. */
  load(vectors: ReadonlyMap<string, Float32Array>): void {
    for (const [name, { shape }] of this.variables) {
      const found = vectors.get(prefix + name);
      if (found) this.put(name, engine().tf.tensor(found.slice(), shape));
    }
  }

  dispose(): void {
    for (const t of this.copies.values()) t.dispose();
    this.copies.clear();
  }
}
