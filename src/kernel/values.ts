// What a value looks like in the notebook.
import { inspect } from "node:util";
import type { Bundle } from "../core/host.js";

const displayKey = Symbol.for("Jupyter.display");

/** The bundle of a result: its own, or its text.
 *  @param value The last expression's.
 *  @returns Undefined where nothing is shown; a promise where the value's own method returns one. */
export function bundleOf(value: unknown): Bundle | undefined | Promise<Bundle | undefined> {
  if (value === undefined) return undefined;
  const method =
    (typeof value === "object" && value !== null) || typeof value === "function"
      ? (value as { [displayKey]?: unknown })[displayKey]
      : undefined;
  if (typeof method !== "function") return { "text/plain": inspect(value, { colors: false }) };
  const bundle: unknown = method.call(value);
  if (bundle instanceof Promise) return bundle.then((b: unknown) => checked(b));
  return checked(bundle);
}

function checked(bundle: unknown): Bundle | undefined {
  if (bundle === undefined || bundle === null) return undefined;
  if (typeof bundle !== "object" || Array.isArray(bundle))
    throw new TypeError(`Jupyter.display: it must return a MIME bundle, got ${inspect(bundle)}`);
  return Object.keys(bundle).length === 0 ? undefined : (bundle as Bundle);
}

/** JSON of a bundle; bytes become base64, as Jupyter wants images. A picture that stands for a Plotly figure is shown in the figure's size.
 *  @param bundle MIME type to text, bytes or an object.
 *  @param rest Further fields of the message's content. */
export function bundleJson(bundle: Bundle, rest: { readonly [field: string]: unknown }): string {
  const data = Object.fromEntries(
    Object.entries(bundle).map(([mime, v]) => [
      mime,
      v instanceof Uint8Array ? Buffer.from(v).toString("base64") : v,
    ]),
  );
  const metadata = { ...pictureSize(bundle), ...(rest.metadata as object | undefined) };
  return JSON.stringify({ data, transient: {}, ...rest, metadata });
}

/** Width and height of a figure's picture: those of its layout, however many pixels it has. */
function pictureSize(bundle: Bundle): object {
  const plot = bundle["application/vnd.plotly.v1+json"] as { readonly layout?: Json } | undefined;
  const { width, height } = plot?.layout ?? {};
  const isKnown = typeof width === "number" && typeof height === "number";
  return isKnown && bundle["image/png"] !== undefined ? { "image/png": { width, height } } : {};
}

type Json = Readonly<Record<string, unknown>>;
