// Models to files and back: safetensors with everything that makes the model again, and PyTorch's checkpoints by name.
import { readFile, rename, writeFile } from "node:fs/promises";
import type { Grid, TypedArray } from "../core/index.js";
import { readPytorch, readSafetensors, writeSafetensors } from "../formats/index.js";
import { engine, ready } from "../tensor/index.js";
import { fromTorch, torchShape, toTorch } from "./layouts.js";
import { makerOf } from "./model.js";
import type { Model } from "./types.js";
import { undrawn } from "./weights.js";

const version = "0.1.0";

export interface SaveOptions {
  /** How numbers are stored, default "F32"; "F16" halves the file. */
  readonly floats?: "F32" | "F16" | "BF16";
  /** What the weights come from: data, command, seed, scores, licence. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Writes a model: parameters and running statistics under PyTorch's names and in its layouts, its name and options in `__metadata__`.
 *  The file is written whole or not at all.
 *  @param file Path, usually NAME.safetensors. */
export async function save(
  file: string,
  model: Model,
  { floats = "F32", metadata = {} }: SaveOptions = {},
): Promise<void> {
  const tensors = new Map<string, Grid<TypedArray>>();
  for (const [name, variable] of [...model.parameters, ...model.buffers])
    tensors.set(name, toTorch(variable.dataSync() as Float32Array, model.layouts.get(name)!, variable.shape));
  const all = {
    ...metadata,
    model: model.name,
    options: JSON.stringify(model.options),
    paper: model.paper,
    geodl: version,
  };
  const partial = `${file}.part${process.pid}`;
  await writeFile(partial, writeSafetensors(tensors, { floats, metadata: all }));
  await rename(partial, file);
}

/** Makes a model again from its file alone, and loads TensorFlow if need be.
 *  @param file Written by `save`.
 *  @returns The model and the file's metadata; the caller disposes the model.
 *  @throws Error when the file is none of ours, RangeError when it is damaged. */
export async function load(
  file: string,
): Promise<{ readonly model: Model; readonly metadata: Readonly<Record<string, string>> }> {
  await ready();
  const { tensors, metadata } = readSafetensors(await readFile(file));
  if (!metadata.model || !metadata.options)
    throw new Error(
      `nn.load: ${file} must name its model and options, got none; for other weights make the model and use nn.fill`,
    );
  const options = JSON.parse(metadata.options) as Record<string, unknown>;
  const model = undrawn(() => makerOf(metadata.model!)(options));
  try {
    fill(model, tensors);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return { model, metadata };
}

/** Puts weights into a model by name.
 *
 *  @param model Its variables change.
 *  @param tensors By name, in PyTorch's layouts: of `readPytorch`, `readSafetensors` or `save`.
 *  @param options.prefix What stands before each name, e.g. "state_dict.".
 *  @throws RangeError naming the weights that are missing, too many or of another shape. `num_batches_tracked` is not needed. */
export function fill(
  model: Model,
  tensors: ReadonlyMap<string, Grid<TypedArray>>,
  { prefix = "" }: { readonly prefix?: string } = {},
): void {
  const { tf } = engine();
  const variables = new Map([...model.parameters, ...model.buffers]);
  const given = new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix) && !name.endsWith("num_batches_tracked"))
      .map(([name, grid]) => [name.slice(prefix.length), grid]),
  );
  const missing = [...variables.keys()].filter((name) => !given.has(name));
  const over = [...given.keys()].filter((name) => !variables.has(name));
  if (missing.length > 0 || over.length > 0)
    throw new RangeError(
      `nn.fill: ${model.name} must find its ${variables.size} weights by name, got ${missing.length} missing (${missing.slice(0, 3)}) and ${over.length} unknown (${over.slice(0, 3)})`,
    );
  const ready = [...variables].map(([name, variable]) => {
    const { data, shape } = given.get(name)!;
    const layout = model.layouts.get(name)!;
    const expected = torchShape(layout, variable.shape);
    if (shape.length !== expected.length || shape.some((n, i) => n !== expected[i]))
      throw new RangeError(`nn.fill: ${name} must have the shape [${expected}], got [${shape}]`);
    const numbers = data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>);
    return { variable, values: fromTorch(numbers, layout, variable.shape) };
  });
  for (const { variable, values } of ready) {
    const t = tf.tensor(values, variable.shape);
    variable.assign(t);
    t.dispose();
  }
}

/** Reads a PyTorch checkpoint into a model of the same architecture.
 *  @param file Of `torch.save`; nothing in it is executed.
 *  @param model Its variables change. */
export async function loadPytorch(
  file: string,
  model: Model,
  options: { readonly prefix?: string } = {},
): Promise<void> {
  fill(model, readPytorch(await readFile(file)).tensors, options);
}
