// A slider whose value TypeScript reads and follows.
import { type Widget, widget } from "./widget.js";

const esm = `export default {
  render({ model, el }) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    const shown = document.createElement("output");
    const { text, unit, min, max, step } = model.get("settings");
    Object.assign(input, { type: "range", min, max, step });
    const draw = () => {
      input.value = model.get("value");
      shown.textContent = model.get("value") + (unit ? " " + unit : "");
    };
    input.addEventListener("input", () => {
      model.set("value", Number(input.value));
      model.save_changes();
    });
    model.on("change:value", draw);
    draw();
    label.className = "geodl-slider";
    label.append(text + " ", input, " ", shown);
    el.append(label);
  },
};`;
const css = ".geodl-slider input { width: 20em; vertical-align: middle; }";

/** What `slider` takes. */
export interface SliderOptions {
  readonly min: number;
  readonly max: number;
  /** Distance of two values. Default a hundredth of the range. */
  readonly step?: number;
  /** First value. Default the middle. */
  readonly value?: number;
  /** Unit, behind the value. Default none. */
  readonly unit?: string;
}

/** A slider. Its `value` follows the reader's hand.
 *
 *  @param label What is set.
 *  @param options Range, step, first value, unit.
 *  @returns The slider, shown as a cell's last line; `get("value")`, `set({ value })`, `on("change:value", f)`.
 *  @throws RangeError if min >= max, the step is not positive, or the value lies outside.
 *  @example const f0 = slider("peak frequency", { min: 1, max: 50, unit: "Hz" }); f0.on("change:value", (f) => console.log(f)); f0 */
export function slider(label: string, options: SliderOptions): Widget<{ value: number }> {
  const { min, max, unit = "" } = options;
  if (!(min < max)) throw new RangeError(`slider: min must be below max, got ${min} and ${max}`);
  const step = options.step ?? (max - min) / 100;
  if (!(step > 0)) throw new RangeError(`slider: step must be positive, got ${step}`);
  const value = options.value ?? (min + max) / 2;
  if (!(value >= min && value <= max))
    throw new RangeError(`slider: value must lie between ${min} and ${max}, got ${value}`);
  const settings = { text: label, unit, min, max, step };
  const state = { value, settings };
  const text = `${label} = ${value}${unit && ` ${unit}`} (a slider from ${min} to ${max} where the notebook runs)`;
  return widget({ esm, css, state, fallback: { "text/plain": text } });
}
