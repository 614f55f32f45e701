// A function of tensors as one TensorFlow graph: recorded once, then run as a whole, two operations at a time and without
// JavaScript between them. Handed to TensorFlow as a SavedModel, which the addon can load.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alias, placeholder, savedModel, tag } from "./graph-def.js";
import { type Native, nativeOps, type Output } from "./native.js";
import { engine } from "./ready.js";
import { Recorder, Refusal } from "./recorder.js";
import type { Tensor, Variable } from "./types.js";

/** A function of tensors: pure but for the variables that it assigns. */
export type Traced = (inputs: readonly Tensor[]) => readonly Tensor[];

export interface CaptureOptions {
  /** Variables that it reads anew at each run and may assign. */
  readonly variables?: readonly Variable[];
  /** Other variables become constants (true) or are refused (false, the default). */
  readonly frozen?: boolean;
}

/** Records a function, which runs once for it; the variables stay as they were.
 *
 *  @param f Does the same operations on the same shapes each time: no reading of tensors, no random numbers of JavaScript.
 *  @param inputs Examples; their kinds and shapes are fixed by them.
 *  @returns The graph; the caller disposes it.
 *  @throws Refusal where this backend, the function or TensorFlow does not allow it; whatever the function throws. */
export function capture(f: Traced, inputs: readonly Tensor[], options: CaptureOptions = {}): Graph {
  const native = nativeOps();
  if (!native || native.gpu) throw new Refusal(`graphs need TensorFlow on the CPU, got ${engine().backend}`);
  if (Recorder.isListening) throw new Refusal("it runs inside another graph");
  return new Graph(native, f, inputs, options);
}

/** Number of graphs alive in this process.
 *  @returns 0 on WebAssembly. */
export const graphCount = (): number => nativeOps()?.backend.binding.getNumOfSavedModels() ?? 0;

/** True while a function is recorded: what depends on a variable may then not be remembered for later. */
export const isRecording = (): boolean => Recorder.isListening;

/** What tracing a function gives: names of the outputs and of the variables' new values. */
interface Traces {
  readonly outputs: readonly Named[];
  readonly updates: readonly (Named & { readonly variable: Variable })[];
}
interface Named {
  readonly name: string;
  readonly dtype: number;
}

/** A recorded function. */
export class Graph {
  private readonly recorder: Recorder;
  private readonly traces: Traces;
  private readonly variables: readonly Variable[];
  /** Variables that are not its own, and their values at the recording. */
  private readonly foreign: ReadonlyMap<Variable, object>;
  /** Places, among inputs and variables, of what the graph is given. */
  private readonly fed: readonly number[];
  private readonly names: readonly [inputs: string, outputs: string];
  private id: number | undefined;
  private hasRun = false;

  /** See `capture`. */
  constructor(
    private readonly native: Native,
    f: Traced,
    inputs: readonly Tensor[],
    { variables = [], frozen = false }: CaptureOptions,
  ) {
    this.variables = variables;
    this.foreign = new Map(
      Object.values(engine().tf.engine().registeredVariables).flatMap((v) =>
        variables.includes(v) ? [] : [[v, v.dataId]],
      ),
    );
    const ids = new Set(this.foreign.values());
    this.recorder = new Recorder(native, ({ dataId }) => !frozen && ids.has(dataId));
    const { backend } = native;
    const { traces, fed } = this.trace(f, inputs, (feeds, g) => this.recorder.record(feeds, g));
    this.traces = traces;
    this.fed = fed.flatMap((id, i) => (this.recorder.used.has(id) ? [i] : []));
    const all: readonly Tensor[] = [...inputs, ...variables];
    const ends = [...traces.outputs, ...traces.updates];
    const nodes = [
      ...this.fed.map((i) => placeholder(`x${i}`, backend.tensorMap.get(all[i]!.dataId))),
      ...this.recorder.nodes,
      ...ends.map(({ name, dtype }, i) => alias(`y${i}`, name, dtype)),
    ];
    this.names = [this.fed.map((i) => `x${i}:0`).join(), ends.map((_, i) => `y${i}:0`).join()];
    this.id = load(native, nodes);
  }

  /** Runs the graph, then assigns the variables.
   *  @param inputs Of the recorded kinds and shapes.
   *  @param accept Sees the outputs first; when it throws, they are freed and the variables stay.
   *  @returns The outputs: new tensors of the caller's scope. */
  run(inputs: readonly Tensor[], accept?: (outputs: readonly Tensor[]) => void): Tensor[] {
    const { backend } = this.native;
    if (this.id === undefined) throw new Error("Graph.run: the graph must be alive, got a disposed one");
    const all: readonly Tensor[] = [...inputs, ...this.variables];
    const ids = backend.getInputTensorIds(this.fed.map((i) => all[i]!));
    let results: readonly Output[];
    try {
      results = backend.binding.runSavedModel(this.id, ids, ...this.names);
    } catch (error) {
      throw this.hasRun ? error : new Refusal(messageOf(error));
    }
    this.hasRun = true;
    const count = this.traces.outputs.length;
    const outputs = results.slice(0, count).map((output) => backend.createOutputTensor(output));
    try {
      accept?.(outputs);
    } catch (error) {
      for (const t of outputs) t.dispose();
      for (const { id } of results.slice(count)) backend.binding.deleteTensor(id);
      throw error;
    }
    this.traces.updates.forEach(({ variable }, i) => {
      const t = backend.createOutputTensor(results[count + i]!);
      variable.assign(t);
      t.dispose();
    });
    return outputs;
  }

  /** Follows the function once more, without computing.
   *  @param inputs Of the recorded kinds and shapes.
   *  @throws Refusal when it is no longer what was recorded. */
  check(f: Traced, inputs: readonly Tensor[]): void {
    this.trace(f, inputs, (feeds, g) => this.recorder.check(feeds, g));
  }

  /** Frees what TensorFlow holds; idempotent. */
  dispose(): void {
    if (this.id !== undefined) this.native.backend.binding.deleteSavedModel(this.id);
    this.id = undefined;
  }

  /** Runs the function between a recorder's ears and puts the variables back. */
  private trace(
    f: Traced,
    inputs: readonly Tensor[],
    listen: (feeds: ReadonlyMap<number, string>, g: (name: (id: number) => string) => Traces) => unknown,
  ): { readonly traces: Traces; readonly fed: readonly number[] } {
    const { tf } = engine();
    const { backend } = this.native;
    const { variables } = this;
    // two names for one value could not be told apart later
    const seen = new Set(this.foreign.values());
    const isKnown = ({ dataId }: Tensor) => seen.size === seen.add(dataId).size;
    const copies: Tensor[] = [];
    const copy = (t: Tensor) => {
      const again = tf.tensor(t.dataSync().slice(), t.shape, t.dtype);
      seen.add(again.dataId);
      copies.push(again);
      return again;
    };
    const given = inputs.map((t) => (isKnown(t) ? copy(t) : t));
    for (const v of variables) if (isKnown(v)) v.assign(copy(v));
    const ids = backend.getInputTensorIds([...given, ...variables]);
    const before = variables.map((v) => tf.keep(tf.clone(v)));
    let traces: Traces | undefined;
    let outputs: readonly Tensor[] = [];
    const kept = new Set([...inputs, ...variables]);
    try {
      listen(new Map(ids.map((id, i) => [id, `x${i}`])), (nameOf) => {
        const named = (t: Tensor): Named => ({
          name: nameOf(backend.getInputTensorIds([t])[0]!),
          dtype: backend.tensorMap.get(t.dataId).dtype,
        });
        const others = [...this.foreign.keys()].map((v) => [v, v.dataId] as const);
        outputs = tf.tidy(() => f(given) as Tensor[]);
        if (others.some(([v, dataId]) => v.dataId !== dataId))
          throw new Refusal("it assigns a variable that is not the model's");
        const changed = variables.filter((v, i) => v.dataId !== before[i]!.dataId);
        traces = {
          outputs: outputs.map(named),
          updates: changed.map((variable) => ({ variable, ...named(variable) })),
        };
        return traces;
      });
    } finally {
      variables.forEach((v, i) => {
        if (v.dataId !== before[i]!.dataId) v.assign(before[i]!);
      });
      for (const t of [...before, ...outputs, ...copies]) if (!kept.has(t)) t.dispose();
    }
    return { traces: traces!, fed: ids };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Loads a graph by way of a file that only this user can read and that is gone right after. */
function load(native: Native, nodes: readonly Uint8Array[]): number {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "geodl-graph-"));
    writeFileSync(join(folder, "saved_model.pb"), savedModel(nodes), { mode: 0o600 });
    return native.backend.binding.loadSavedModel(folder, tag);
  } catch (error) {
    throw new Refusal(messageOf(error));
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}
