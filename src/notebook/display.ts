// Showing values in a cell; in a plain script their text is printed.
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { type Bundle, host } from "../core/host.js";

export type { Bundle } from "../core/host.js";

const displayKey = Symbol.for("Jupyter.display");

/** A display that can be changed later. */
export interface Handle {
  /** Shows something else in its place, also from another cell; without `id: true` it does nothing in a notebook.
   *  @param value As for `display`. */
  update(value: unknown): void;
}

/** Shows a value below the cell.
 *
 *  @param value A MIME bundle (a plain object, every key with a slash), anything with a method
 *    `[Symbol.for("Jupyter.display")]()` that returns a bundle or a promise of one, or any value: its text.
 *  @param options.id Give the display an id, so that `update` can change it. Default false.
 *  @returns Handle of the display.
 *  @throws TypeError if a bundle cannot be written as JSON. */
export function display(value: unknown, options: { readonly id?: boolean } = {}): Handle {
  const displayId = options.id ? randomUUID() : undefined;
  show(value, displayId, false);
  const handle: Handle = {
    update(next) {
      if (host() && displayId === undefined)
        throw new Error("update: the display must have been made with { id: true }, got none");
      show(next, displayId, true);
    },
  };
  // A handle at the end of a cell is not a result to be shown.
  return Object.defineProperty(handle, displayKey, { value: () => ({}) });
}

/** Removes what the cell has shown so far.
 *  @param options.wait Only once something new comes, so that nothing flickers. Default false. */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  host()?.clearOutput(options.wait ?? false);
}

function show(value: unknown, displayId: string | undefined, update: boolean): void {
  const bundle = toBundle(value);
  const h = host();
  if (h) h.display(bundle, { displayId, update });
  else if (bundle instanceof Promise) void bundle.then(print, (e: unknown) => console.error(e));
  else print(bundle);
}

/** The bundle of any value. */
function toBundle(value: unknown): Bundle | Promise<Bundle> {
  if ((typeof value === "object" && value !== null) || typeof value === "function") {
    const method = (value as { [displayKey]?: unknown })[displayKey];
    if (typeof method === "function") return method.call(value) as Bundle | Promise<Bundle>;
    if (isBundle(value)) return value;
  }
  return { "text/plain": typeof value === "string" ? value : inspect(value) };
}

function isBundle(value: object): value is Bundle {
  const keys = Object.keys(value);
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
  return isPlain && keys.length > 0 && keys.every((k) => /^[\w.+-]+\/[\w.+*-]+/.test(k));
}

function print(bundle: Bundle): void {
  console.log(bundle["text/plain"] ?? inspect(bundle));
}
