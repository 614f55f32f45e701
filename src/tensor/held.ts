// Tensors that a node of the tape keeps for its gradient: they outlive a tf.tidy inside the model, and never the step.
import { engine } from "./ready.js";
import type { Tensor, TF } from "./types.js";

interface EngineState {
  readonly gradientDepth: number;
  readonly activeTape: unknown;
}
const state = (tf: TF): EngineState => (tf.engine() as unknown as { state: EngineState }).state;

let tape: unknown;
let held = new Set<Tensor>();
let finished: Tensor[] = [];

/** True while operations are recorded for a gradient. */
export function tapeIsOn(): boolean {
  return state(engine().tf).gradientDepth > 0;
}

/** A second name for a tensor's values that lives until `release`, or until the next tape begins.
 *  @param t Any tensor.
 *  @returns A tensor outside every scope. */
export function hold<T extends Tensor>(t: T): T {
  const { tf } = engine();
  const { activeTape } = state(tf);
  if (activeTape !== tape) {
    releaseAll(); // what an earlier tape held and no gradient asked for
    tape = activeTape;
  }
  (tf.backend() as unknown as { incRef(dataId: object): void }).incRef(t.dataId);
  const copy = tf.engine().makeTensorFromTensorInfo({ dataId: t.dataId, shape: t.shape, dtype: t.dtype });
  tf.keep(copy);
  held.add(copy);
  return copy as T;
}

/** Frees what `hold` returned, once the gradient now being computed is done.
 *  @param tensors Held tensors, or others that only this gradient uses. */
export function release(...tensors: readonly Tensor[]): void {
  finished.push(...tensors);
}

/** To be called where a node's gradient begins: frees what the node above was done with. */
export function freeReleased(): void {
  for (const t of finished) {
    held.delete(t);
    t.dispose();
  }
  finished = [];
}

/** Frees everything held; after a step, and when a step ended in an error. */
export function releaseAll(): void {
  freeReleased();
  for (const t of held) t.dispose();
  held = new Set();
  tape = undefined;
}
