// After a cell was terminated: the scopes, tapes and kernels that TensorFlow.js believes open are closed, and their tensors freed.
import { releaseAll } from "./held.js";
import { engine } from "./ready.js";
import type { Tensor } from "./types.js";

interface EngineState {
  gradientDepth: number;
  kernelDepth: number;
  activeTape: readonly { readonly saved?: readonly Tensor[] }[] | null;
  activeScope: { readonly id: number } | null | undefined;
  numDataMovesStack: number[];
  scopeStack: unknown[];
}

/** Closes every open `tf.tidy`, gradient and operation. What a cell had already kept, in a variable say, stays. */
export function repair(): void {
  const tf = engine().tf.engine() as unknown as { state: EngineState; endScope(): void };
  const { state } = tf;
  for (const node of state.activeTape ?? []) for (const t of node.saved ?? []) t.dispose();
  state.activeTape = null;
  state.gradientDepth = 0;
  state.kernelDepth = 0;
  state.numDataMovesStack.length = 0;
  while (state.scopeStack.length > 0) tf.endScope();
  releaseAll();
}
