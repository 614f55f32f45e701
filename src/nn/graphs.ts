// A function's graphs, one for each kind and shape of its inputs, and its life without them where it cannot be a graph.
import { capture, type Graph, Refusal, type Tensor, type Traced, type Variable } from "../tensor/index.js";

/** Graphs kept at a time. */
const limit = 4;

/** Kinds and shapes of tensors in one word. */
export const kindOf = (tensors: readonly Tensor[]): string =>
  tensors.map(({ dtype, shape }) => `${dtype} ${shape}`).join("; ");

/** Graphs by the shapes of the inputs; the last used stay. */
export class Graphs {
  private readonly graphs = new Map<string, Graph>();

  /** @param refused Why there are none; undefined to try. @param variables What the function reads anew and assigns. */
  constructor(
    public refused: string | undefined,
    private readonly variables: readonly Variable[],
  ) {}

  /** Runs the function as a graph.
   *
   *  At the first inputs of a shape it is recorded and followed once more; later it is followed whenever the number of the run
   *  is a power of four, so that one which changes on the way is found out.
   *
   *  @param f See `tensor.capture`.
   *  @param accept Sees the outputs before the variables are assigned; may throw.
   *  @param time Number of the run, from 1; without it the function is not followed later.
   *  @returns False where it cannot be a graph; `refused` says why.
   *  @throws Error when it no longer does what was recorded. */
  run(
    f: Traced,
    inputs: readonly Tensor[],
    accept: (outputs: readonly Tensor[]) => void,
    time?: number,
  ): boolean {
    if (this.refused !== undefined) return false;
    const key = kindOf(inputs);
    try {
      let graph = this.graphs.get(key);
      if (graph) {
        if (time !== undefined && Math.log2(time) % 2 === 0) this.follow(graph, f, inputs, time);
        this.graphs.delete(key);
      } else {
        graph = capture(f, inputs, { variables: this.variables });
        try {
          graph.check(f, inputs);
        } catch (error) {
          graph.dispose();
          throw error;
        }
        if (this.graphs.size >= limit) this.drop(this.graphs.keys().next().value!);
      }
      this.graphs.set(key, graph);
      graph.run(inputs, accept);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.dispose();
      this.refused = error.message;
      return false;
    }
  }

  private follow(graph: Graph, f: Traced, inputs: readonly Tensor[], time: number): void {
    try {
      graph.check(f, inputs);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Error(
        `fit: every step must run the same operations with the same constants, got others at step ${time} (${error.message}); with capture: false they may change`,
      );
    }
  }

  private drop(key: string): void {
    this.graphs.get(key)?.dispose();
    this.graphs.delete(key);
  }

  /** Frees all graphs. */
  dispose(): void {
    for (const key of [...this.graphs.keys()]) this.drop(key);
  }
}
