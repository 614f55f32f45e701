// A figure as the bytes of a PNG file.
import { type Figure, jupyterDisplay } from "../show/index.js";

/** The static twin of a figure.
 *  @throws Error where it cannot be drawn. */
export async function pngOf(figure: Figure): Promise<Uint8Array> {
  const png = (await figure[jupyterDisplay]())["image/png"];
  if (typeof png !== "string") throw new Error("pngOf: the figure's static twin could not be drawn");
  return Buffer.from(png, "base64");
}
