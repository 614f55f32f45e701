// Colour maps that colour-blind readers can use: lightness rises or falls steadily along each, and the diverging one is even about its middle.

/** A colour map by name. "diverging": blue below, white at the middle, orange to brown above, for amplitudes. "grey": white to black, the
 *  classic section. "sequential": dark blue to yellow, for velocities and other positive quantities. */
export type ColourMap = "diverging" | "grey" | "sequential";

const anchors: Readonly<Record<ColourMap, readonly string[]>> = {
  diverging: ["#0a2a5e", "#1f66ad", "#7fb6dd", "#f7f7f7", "#f0ac7a", "#c4561a", "#642500"],
  grey: ["#ffffff", "#8c8c8c", "#000000"],
  sequential: ["#1b1f5e", "#2d4f8c", "#2f7f8f", "#4fa778", "#a5c64b", "#f7e44a"],
};

/** 0xRRGGBB of n colours along a map, first to last.
 *  @param map Which. @param n How many, >= 2. */
export function colourSteps(map: ColourMap, n: number): number[] {
  const list = anchors[map];
  if (list === undefined)
    throw new RangeError(
      `show: colours must be one of ${Object.keys(anchors).join(", ")}, got ${String(map)}`,
    );
  const rgb = list.map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
  return Array.from({ length: n }, (_, i) => {
    const u = (i / (n - 1)) * (list.length - 1);
    const k = Math.min(list.length - 2, Math.floor(u));
    const part = (c: number) => Math.round(rgb[k]![c]! + (u - k) * (rgb[k + 1]![c]! - rgb[k]![c]!));
    return (part(0) << 16) | (part(1) << 8) | part(2);
  });
}

/** The map as Plotly's colorscale. */
export function colourScale(map: ColourMap): [number, string][] {
  return colourSteps(map, anchors[map].length).map((rgb, i, all) => [
    i / (all.length - 1),
    `#${rgb.toString(16).padStart(6, "0")}`,
  ]);
}
