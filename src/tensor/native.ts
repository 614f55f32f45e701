// TensorFlow's own operations, called through the addon's binding: those that TensorFlow.js does not offer, or makes of many small ones.
import { engine } from "./ready.js";
import type { Tensor } from "./types.js";

/** An attribute as the addon takes it; kinds are TensorFlow's TF_AttrType. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}
/** What an operation gives: an id, and what lies behind it. */
export interface Output {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}
/** The addon. */
export interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): Output[];
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayBufferView;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: readonly number[], names: string, outputs: string): Output[];
  getNumOfSavedModels(): number;
}
/** What TensorFlow.js' backend keeps of a tensor. */
interface Info {
  readonly dtype: number;
  readonly shape: readonly number[];
}
/** TensorFlow.js' backend over the addon. */
export interface NodeBackend {
  binding: Binding;
  readonly tensorMap: { get(dataId: object): Info };
  getInputTensorIds: (tensors: readonly Tensor[]) => number[];
  createOutputTensor(output: Output): Tensor;
}

/** What an operation is told besides its inputs: numbers are INT, `{ float }` FLOAT, text STRING, truth values BOOL. */
export type Attributes = Readonly<
  Record<
    string,
    | number
    | string
    | boolean
    | readonly number[]
    | { readonly float: number }
    | { readonly type: "float" | "int" | "long" }
    | { readonly shape: readonly number[] }
  >
>;

/** An input: a tensor, or the id of a constant or resource made here. */
export type Input = Tensor | number;

/** TensorFlow behind the backend in use. */
export class Native {
  private readonly constants = new Map<string, number>();
  /** Values behind the ids of `ints`. */
  readonly held = new Map<number, { readonly shape: readonly number[]; readonly values: Int32Array }>();
  constructor(
    readonly backend: NodeBackend,
    /** True where operations run on an NVIDIA card. */
    readonly gpu: boolean,
  ) {}

  /** Translates attributes once; keep the result where an operation is called often.
   *  @param values By name.
   *  @returns What `run` takes. */
  attributes(values: Attributes): readonly Attribute[] {
    const b = this.backend.binding;
    return Object.entries(values).map(([name, value]) => {
      if (typeof value === "string") return { name, type: b.TF_ATTR_STRING, value };
      if (typeof value === "boolean") return { name, type: b.TF_ATTR_BOOL, value };
      if (typeof value === "number" || Array.isArray(value)) return { name, type: b.TF_ATTR_INT, value };
      if ("float" in value) return { name, type: b.TF_ATTR_FLOAT, value: (value as { float: number }).float };
      if ("shape" in value)
        return { name, type: b.TF_ATTR_SHAPE, value: (value as { shape: number[] }).shape };
      return {
        name,
        type: b.TF_ATTR_TYPE,
        value: { int: b.TF_INT32, long: b.TF_INT64, float: b.TF_FLOAT }[
          (value as { type: "float" | "int" | "long" }).type
        ],
      };
    });
  }

  /** Runs an operation.
   *  @param name TensorFlow's name.
   *  @param attributes From `attributes`.
   *  @param inputs Tensors or ids.
   *  @param outputs How many it has.
   *  @param wanted The first so many come back as tensors; the others are freed at once. Default all.
   *  @returns New tensors; the caller or its scope disposes them. */
  run(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Input[],
    outputs = 1,
    wanted = outputs,
  ): Tensor[] {
    const all = this.backend.binding.executeOp(name, attributes, this.ids(inputs), outputs);
    const tensors: Tensor[] = [];
    for (let i = 0; i < all.length; i++) {
      if (i < wanted) tensors.push(this.backend.createOutputTensor(all[i]!));
      else this.backend.binding.deleteTensor(all[i]!.id);
    }
    return tensors;
  }

  /** Runs an operation whose output stays outside TensorFlow.js: a resource, or nothing.
   *  @returns Ids; `free` gives each back. */
  runRaw(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Input[],
    outputs: number,
  ): number[] {
    return this.backend.binding.executeOp(name, attributes, this.ids(inputs), outputs).map(({ id }) => id);
  }

  /** Frees an id that `runRaw` returned. */
  free(id: number): void {
    this.backend.binding.deleteTensor(id);
  }

  /** Whole numbers as a constant that lives as long as the process (shapes, axes).
   *  @param values At most a few; equal lists share one constant.
   *  @param scalar Of shape [] instead of [1]. */
  ints(values: readonly number[], scalar = false): number {
    return this.constant(`i${scalar}${values}`, () => [
      scalar ? [] : [values.length],
      this.backend.binding.TF_INT32,
      Int32Array.from(values),
    ]);
  }

  /** A float32 scalar as a new constant; not kept, since rates change from step to step.
   *  @returns Its id, to be freed. */
  float(value: number): number {
    return this.backend.binding.createTensor([], this.backend.binding.TF_FLOAT, Float32Array.of(value));
  }

  private constant(key: string, make: () => [number[], number, Int32Array]): number {
    let id = this.constants.get(key);
    if (id === undefined) {
      const [shape, dtype, values] = make();
      id = this.backend.binding.createTensor(shape, dtype, values);
      this.constants.set(key, id);
      this.held.set(id, { shape, values });
    }
    return id;
  }

  private ids(inputs: readonly Input[]): number[] {
    return inputs.map((x) => (typeof x === "number" ? x : this.backend.getInputTensorIds([x])[0]!));
  }
}

let native: Native | undefined;

/** TensorFlow's operations, or undefined on WebAssembly. */
export function nativeOps(): Native | undefined {
  const { tf, backend } = engine();
  if (backend === "wasm") return undefined;
  native ??= new Native(tf.backend() as unknown as NodeBackend, backend === "gpu");
  return native;
}
