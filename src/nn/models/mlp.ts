// A network of dense layers, for tables of features.
import { engine } from "../../tensor/index.js";
import { dense, dropout } from "../layers/dense.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";

export interface MlpOptions {
  /** Features in. Default 5. */
  readonly inputs?: number;
  /** Width of each hidden layer, ReLU after each. Default [32, 16]. */
  readonly hidden?: readonly number[];
  /** Classes out, as logits. Default 2. */
  readonly classes?: number;
  /** Share dropped after the first hidden layer in training. Default .3. */
  readonly dropout?: number;
  readonly seed?: number;
}

/** Dense layers with ReLU, dropout after the first; by default 754 weights, those of the thesis.
 *
 *  @returns A model from [batch, inputs] to logits [batch, classes]; names dense.0.weight, ...
 *  @see Adamopoulou-Soulantika (2023), Machine Learning for geophysical applications, after Dramsch (2020). */
export const mlp: (options?: MlpOptions) => Model = defineModel<MlpOptions>(
  "mlp",
  "Adamopoulou-Soulantika (2023), after Dramsch (2020)",
  { inputs: 5, hidden: [32, 16], classes: 2, dropout: 0.3 },
  (p, { inputs, hidden, classes, dropout: rate }) => {
    const widths = [inputs, ...hidden, classes];
    const layers = widths.slice(1).map((out, i) => dense(p, `dense.${i}`, { in: widths[i]!, out }));
    const drop = dropout(rate);
    return (x, mode) => {
      const { tf } = engine();
      return layers.reduce((now, layer, i) => {
        const y = layer(now, mode);
        if (i === layers.length - 1) return y;
        return i === 0 ? drop(tf.relu(y), mode) : tf.relu(y);
      }, x);
    };
  },
);
