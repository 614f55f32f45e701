// Pictures within a figure: image traces become pictures of the layout, for the page cannot load them; enlarged ones stay sharp.
import type { Drawing } from "./twin.js";

/** The part of an image trace that is read. */
interface ImageTrace {
  readonly type: string;
  readonly source: string;
  readonly x0: number;
  readonly dx: number;
  readonly y0: number;
  readonly dy: number;
  readonly xaxis?: string;
  readonly yaxis?: string;
}

/** The same drawing with its image traces as layout images, below everything else. Row 0 stands at y0, on top: the vertical axis must run down. */
export function withoutImageTraces({ data, layout }: Drawing): Drawing {
  const isImage = (trace: object): trace is ImageTrace => (trace as ImageTrace).type === "image";
  const images = data.filter(isImage).map((trace) => {
    const { width, height } = sizeOf(trace.source);
    return {
      source: trace.source,
      xref: trace.xaxis ?? "x",
      yref: trace.yaxis ?? "y",
      x: trace.x0 - trace.dx / 2,
      y: trace.y0 - trace.dy / 2,
      sizex: width * trace.dx,
      sizey: height * trace.dy,
      sizing: "stretch",
      layer: "below",
    };
  });
  return images.length === 0
    ? { data, layout }
    : { data: data.filter((trace) => !isImage(trace)), layout: { ...layout, images } };
}

/** SVG in which pictures that are enlarged show their samples as they are; those made smaller are smoothed. */
export function sharpened(svg: string, zoom: number): string {
  return svg.replace(/<image [^>]*>/g, (tag) => {
    const plain = tag.replace(/image-rendering:[^;"]*;?/g, "");
    const source = /href="(data:image\/png;[^"]*)"/.exec(plain)?.[1];
    const [wide, tall] = ["width", "height"].map((name) =>
      Number(new RegExp(` ${name}="([0-9.]+)"`).exec(plain)?.[1]),
    );
    if (source === undefined || !(wide! > 0 && tall! > 0)) return plain;
    const { width, height } = sizeOf(source);
    const isEnlarged = width <= 1.2 * wide! * zoom && height <= 1.2 * tall! * zoom;
    return isEnlarged ? plain.replace("<image ", '<image image-rendering="optimizeSpeed" ') : plain;
  });
}

/** Width and height stand in the first chunk of a PNG. */
function sizeOf(uri: string): { readonly width: number; readonly height: number } {
  const start = uri.indexOf(",") + 1;
  const bytes = Buffer.from(uri.slice(start, start + 44), "base64");
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
