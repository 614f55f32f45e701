// Listens between TensorFlow.js and the addon: writes down every operation that a function runs, as nodes of a graph, or
// runs the function once more without computing anything and compares.
import { constant, operation, type Value } from "./graph-def.js";
import type { Binding, Native, Output } from "./native.js";
import type { Tensor } from "./types.js";

/** A function that cannot be a graph, and why. */
export class Refusal extends Error {}

/** Operations on a resource run in the order in which they were called. */
const resourceOps = new Set(["AssignVariableOp", "ReadVariableOp", "ResourceApplyAdam", "DestroyResourceOp"]);

/** What one function runs. */
export class Recorder {
  /** Nodes in the order of the calls. */
  readonly nodes: Uint8Array[] = [];
  /** Ids of the feeds that it used. */
  readonly used = new Set<number>();
  /** True while a function is listened to. */
  static isListening = false;
  private readonly outputs: (readonly Output[])[] = [];

  /** @param native TensorFlow. @param forbidden True for a tensor that may not become a constant. */
  constructor(
    private readonly native: Native,
    private readonly forbidden: (t: Tensor) => boolean,
  ) {}

  /** Runs the function and writes down what it does.
   *  @param feeds Ids that are given anew at each run, by the node's name.
   *  @param f Calls `name(id)` for what it wants out of the graph: the node's output.
   *  @throws Refusal when it does what a graph cannot. */
  record<T>(feeds: ReadonlyMap<number, string>, f: (name: (id: number) => string) => T): T {
    return this.listen(feeds, f, false);
  }

  /** Runs the function without computing: each operation gives what it gave at the recording, but for the numbers.
   *  @throws Refusal when it does anything else than at the recording. */
  check(feeds: ReadonlyMap<number, string>, f: (name: (id: number) => string) => unknown): void {
    this.listen(feeds, f, true);
  }

  private listen<T>(
    feeds: ReadonlyMap<number, string>,
    f: (name: (id: number) => string) => T,
    compare: boolean,
  ): T {
    const { backend, held } = this.native;
    const real = backend.binding;
    const names = new Map<number, string>([...feeds].map(([id, name]) => [id, `${name}:0`]));
    const made = new Map<number, Value & { readonly values: ArrayBufferView }>();
    const outside = new Map<number, Tensor>();
    let at = 0;
    let ops = 0;
    let fake = -1; // -1 itself is TensorFlow.js' mark of a value not handed over yet
    let last: string | undefined;

    const put = (node: Uint8Array) => {
      if (!compare) this.nodes.push(node);
      else if (!this.nodes[at] || Buffer.compare(this.nodes[at]!, node) !== 0)
        throw new Refusal("it does not run the same operations each time");
      at++;
    };
    const nameOf = (id: number): string => {
      if (feeds.has(id)) this.used.add(id);
      const found = names.get(id);
      if (found) return found;
      const name = `c${at}`;
      const [ints, tensor] = [held.get(id), outside.get(id)];
      if (tensor && this.forbidden(tensor)) throw new Refusal("it uses a variable that is not the model's");
      if (made.has(id)) put(constant(name, made.get(id)!));
      else if (ints) put(constant(name, { dtype: real.TF_INT32, ...ints }));
      else if (tensor) {
        const { dtype, shape } = backend.tensorMap.get(tensor.dataId);
        put(constant(name, { dtype, shape, values: real.tensorDataSync(id) }));
      } else throw new Refusal("it uses a resource from outside");
      names.set(id, `${name}:0`);
      return `${name}:0`;
    };
    const tapped: Partial<Binding> = {
      createTensor: (shape, dtype, values) => {
        const id = real.createTensor(shape, dtype, values);
        made.set(id, { dtype, shape: [...shape], values });
        return id;
      },
      executeOp: (op, attributes, ids, count) => {
        const inputs = ids.map(nameOf);
        const name = `n${at}`;
        if (resourceOps.has(op)) {
          if (last) inputs.push(`^${last}`);
          last = name;
        }
        put(operation(name, op, inputs, attributes));
        const outputs = compare
          ? this.outputs[ops]!.map((output) => ({ ...output, id: --fake }))
          : real.executeOp(op, attributes, ids, count);
        if (!compare) this.outputs.push(outputs);
        ops++;
        for (const [i, { id }] of outputs.entries()) names.set(id, `${name}:${i}`);
        return outputs;
      },
      deleteTensor: (id) => {
        if (id >= 0) real.deleteTensor(id);
      },
      tensorDataSync: () => {
        throw new Refusal("it reads a tensor");
      },
    };
    const idsOf = backend.getInputTensorIds;
    const stop = () => {
      backend.binding = real;
      backend.getInputTensorIds = idsOf;
      Recorder.isListening = false;
    };
    Recorder.isListening = true;
    backend.binding = { ...methods(real), ...tapped };
    backend.getInputTensorIds = (tensors) => {
      const ids = idsOf.call(backend, tensors);
      for (const [i, id] of ids.entries()) if (!names.has(id)) outside.set(id, tensors[i]!);
      return ids;
    };
    // a terminated cell runs no finally
    const safe = setImmediate(stop);
    try {
      const result = f(nameOf);
      if (compare && at !== this.nodes.length)
        throw new Refusal("it does not run the same operations each time");
      return result;
    } finally {
      stop();
      clearImmediate(safe);
    }
  }
}

/** The addon's methods, which it keeps read-only and out of Object.keys, as a plain object. */
const methods = (binding: Binding): Binding =>
  Object.fromEntries(
    Object.getOwnPropertyNames(binding).map((name) => [name, binding[name as keyof Binding]]),
  ) as unknown as Binding;
