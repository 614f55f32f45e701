// Reads palette PNGs with nothing but zlib, so that what the room writes is judged by other code.
import { crc32, inflateSync } from "node:zlib";

/** A decoded picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly colours: number;
  /** 0xRRGGBB of a pixel. */
  at(x: number, y: number): number;
}

/** Decodes a palette PNG; every chunk's checksum is verified. */
export function decode(bytes: Uint8Array): Picture {
  const file = Buffer.from(bytes);
  if (file.subarray(0, 8).toString("latin1") !== "\x89PNG\r\n\x1a\n") throw new Error("no PNG signature");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 8, at + 8 + length);
    const sum = file.readUInt32BE(at + 8 + length);
    if (crc32(file.subarray(at + 4, at + 8 + length)) !== sum) throw new Error("wrong checksum");
    chunks.set(file.toString("latin1", at + 4, at + 8), body);
    at += length + 12;
  }
  const header = chunks.get("IHDR")!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header[8] !== 8 || header[9] !== 3) throw new Error("not a palette picture of 8 bits");
  const palette = chunks.get("PLTE")!;
  const rows = inflateSync(chunks.get("IDAT")!);
  if (rows.length !== height * (width + 1)) throw new Error("wrong number of pixels");
  return {
    width,
    height,
    colours: palette.length / 3,
    at(x, y) {
      if (rows[y * (width + 1)] !== 0) throw new Error("filtered rows are not expected");
      return palette.readUIntBE(3 * rows[y * (width + 1) + 1 + x]!, 3);
    },
  };
}

/** Share of pixels of a rectangle (fractions of the picture) whose colour lies within `reach` of another, per channel. */
export function share(p: Picture, colour: string, [x0, y0, x1, y1]: readonly number[], reach = 40): number {
  const want = Number.parseInt(colour.slice(1), 16);
  const [left, right] = [Math.floor(x0! * p.width), Math.floor(x1! * p.width)];
  const [top, bottom] = [Math.floor(y0! * p.height), Math.floor(y1! * p.height)];
  let hits = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const got = p.at(x, y);
      if ([16, 8, 0].every((s) => Math.abs(((got >> s) & 255) - ((want >> s) & 255)) <= reach)) hits++;
    }
  return hits / ((right - left) * (bottom - top));
}
