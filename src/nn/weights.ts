// The named variables of a model while it is built, drawn from named streams so that a layer's start does not depend on the others.
import { type Rng, rng } from "../core/index.js";
import { engine, type Tensor, type Variable } from "../tensor/index.js";
import type { Layout } from "./types.js";

/** How a weight starts. "torch": uniform in +-1 / sqrt(fan in), PyTorch's default for layers. */
export type Start = "torch" | "zeros" | "ones" | { readonly normal: number } | { readonly uniform: number };

let isDrawn = true;

/** Makes a model whose weights are about to come from a file: none is drawn, all start as zeros.
 *  @param make Makes the model at once. */
export function undrawn<T>(make: () => T): T {
  isDrawn = false;
  try {
    return make();
  } finally {
    isDrawn = true;
  }
}

/** Collects parameters and buffers. */
export class Weights {
  readonly parameters = new Map<string, Variable>();
  readonly buffers = new Map<string, Variable>();
  readonly layouts = new Map<string, Layout>();
  private readonly random: Rng;
  private readonly cleanups: (() => void)[] = [];

  constructor(seed: number) {
    this.random = rng(seed).fork("weights");
  }

  /** A trainable variable.
   *  @param name PyTorch's, e.g. "down.0.conv.weight".
   *  @param shape In our layout.
   *  @param start How it is drawn.
   *  @param fanIn Inputs of one output, for "torch".
   *  @param layout PyTorch's.
   *  @returns The variable; the model disposes it. */
  parameter(
    name: string,
    shape: readonly number[],
    start: Start,
    fanIn = 1,
    layout: Layout = "plain",
  ): Variable {
    return this.add(this.parameters, name, shape, start, fanIn, layout, true);
  }

  /** A variable that training does not change by gradients.
   *  @returns The variable; the model disposes it. */
  buffer(name: string, shape: readonly number[], start: Start): Variable {
    return this.add(this.buffers, name, shape, start, 1, "plain", false);
  }

  /** Registers what else `dispose` has to free. */
  onDispose(f: () => void): void {
    this.cleanups.push(f);
  }

  /** Frees all variables. */
  dispose(): void {
    for (const f of this.cleanups) f();
    for (const variable of [...this.parameters.values(), ...this.buffers.values()])
      if (!variable.isDisposed) variable.dispose();
  }

  private add(
    to: Map<string, Variable>,
    name: string,
    shape: readonly number[],
    start: Start,
    fanIn: number,
    layout: Layout,
    trainable: boolean,
  ): Variable {
    if (this.layouts.has(name)) throw new Error(`Weights: names must be unique, got ${name} twice`);
    const { tf } = engine();
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (isDrawn) draw(values, start, fanIn, this.random.fork(name));
    const value: Tensor = tf.tensor(values, [...shape], "float32");
    const variable = tf.variable(value, trainable) as Variable;
    value.dispose();
    to.set(name, variable);
    this.layouts.set(name, layout);
    return variable;
  }
}

function draw(values: Float32Array, start: Start, fanIn: number, random: Rng): void {
  if (start === "ones") values.fill(1);
  else if (typeof start === "object" && "normal" in start)
    for (let i = 0; i < values.length; i++) values[i] = random.normal(0, start.normal);
  else if (start !== "zeros") {
    const bound = start === "torch" ? 1 / Math.sqrt(fanIn) : start.uniform;
    for (let i = 0; i < values.length; i++) values[i] = random.uniform(-bound, bound);
  }
}
