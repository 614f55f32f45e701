// Colours of a picture reduced to a palette: exact where 256 are enough, otherwise the frequent ones and a median cut of the rest.

/** A picture as numbers into a palette. */
export interface Indexed {
  /** Colours 0xRRGGBB, at most 256. */
  readonly palette: readonly number[];
  /** Palette index of every pixel. */
  readonly indices: Uint8Array;
}

interface Colour {
  readonly rgb: number;
  readonly count: number;
}

/** Reduces an opaque RGBA picture to at most 256 colours.
 *  @param rgba Bytes, shape [height * width * 4]; alpha is taken as opaque.
 *  @param size Most colours, 2 .. 256. Half of them are the most frequent ones, kept exactly, so that lines and background stay as they are. */
export function reduceColours(rgba: Uint8Array, size = 256): Indexed {
  const n = rgba.length / 4;
  const counts = new Map<number, number>();
  for (let i = 0; i < n; ) {
    const rgb = colourAt(rgba, i);
    const start = i;
    while (++i < n && colourAt(rgba, i) === rgb); // runs are long, so the map is asked seldom
    counts.set(rgb, (counts.get(rgb) ?? 0) + i - start);
  }
  const colours = [...counts]
    .map(([rgb, count]) => ({ rgb, count }))
    .sort((a, b) => b.count - a.count || a.rgb - b.rgb);
  const isExact = colours.length <= size;
  const kept = colours.slice(0, isExact ? size : size >> 1);
  const palette = kept.map((c) => c.rgb);
  const indexOf = new Map(palette.map((rgb, i) => [rgb, i]));
  for (const box of medianCut(colours.slice(kept.length), size - kept.length)) {
    for (const { rgb } of box) indexOf.set(rgb, palette.length);
    palette.push(mean(box));
  }
  const indices = new Uint8Array(n);
  let [last, index] = [-1, 0];
  for (let i = 0; i < n; i++) {
    const rgb = colourAt(rgba, i);
    if (rgb !== last) [last, index] = [rgb, indexOf.get(rgb)!];
    indices[i] = index;
  }
  return { palette, indices };
}

function colourAt(rgba: Uint8Array, i: number): number {
  return (rgba[4 * i]! << 16) | (rgba[4 * i + 1]! << 8) | rgba[4 * i + 2]!;
}

const channel = (rgb: number, c: number) => (rgb >> (16 - 8 * c)) & 255;

/** Boxes of similar colours: the box with the widest channel is cut at its median until there are `size`. */
function medianCut(colours: readonly Colour[], size: number): readonly Colour[][] {
  if (colours.length === 0) return [];
  const boxes = [measure([...colours])];
  while (boxes.length < size) {
    const widest = boxes.reduce((a, b) => (b.width > a.width ? b : a));
    if (widest.width === 0) break;
    const { box, along } = widest;
    box.sort((a, b) => channel(a.rgb, along) - channel(b.rgb, along) || a.rgb - b.rgb);
    const half = box.length >> 1;
    boxes.splice(boxes.indexOf(widest), 1, measure(box.slice(0, half)), measure(box.slice(half)));
  }
  return boxes.map((b) => b.box);
}

function measure(box: Colour[]): { readonly box: Colour[]; readonly along: number; readonly width: number } {
  let [along, width] = [0, 0];
  for (let c = 0; c < 3; c++) {
    let [low, high] = [255, 0];
    for (const { rgb } of box) {
      low = Math.min(low, channel(rgb, c));
      high = Math.max(high, channel(rgb, c));
    }
    if (high - low > width) [along, width] = [c, high - low];
  }
  return { box, along, width };
}

function mean(box: readonly Colour[]): number {
  const total = box.reduce((s, c) => s + c.count, 0);
  const part = (c: number) => Math.round(box.reduce((s, k) => s + channel(k.rgb, c) * k.count, 0) / total);
  return (part(0) << 16) | (part(1) << 8) | part(2);
}
