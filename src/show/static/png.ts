// A PNG writer for palette pictures: signature, IHDR, PLTE, IDAT, IEND, after the PNG specification.
import { crc32, deflateSync } from "node:zlib";
import { type Indexed, reduceColours } from "./palette.js";

/** Writes an opaque RGBA picture as a palette PNG, 8 bits a pixel.
 *  @param rgba Bytes, shape [height * width * 4].
 *  @param width Pixels in a row.
 *  @param height Rows.
 *  @param colours Most colours, 2 .. 256.
 *  @returns The file's bytes.
 *  @throws RangeError if the bytes do not fit the size. */
export function encodePng(rgba: Uint8Array, width: number, height: number, colours = 256): Uint8Array {
  if (rgba.length !== width * height * 4 || rgba.length === 0)
    throw new RangeError(`encodePng: needs ${width} x ${height} x 4 bytes, got ${rgba.length}`);
  return writePng(reduceColours(rgba, colours), width, height);
}

/** Writes a palette picture.
 *  @param picture Palette and an index a pixel.
 *  @param width Pixels in a row.
 *  @param height Rows.
 *  @param level Deflate's effort, 1 .. 9. 9 takes seconds on noise to save some per cent.
 *  @returns The file's bytes. */
export function writePng(
  { palette, indices }: Indexed,
  width: number,
  height: number,
  level = 9,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits, palette, deflate, adaptive filters, not interlaced
  const colours = Buffer.from(palette.flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255]));
  const rows = new Uint8Array(height * (width + 1)); // each row starts with its filter, 0 = none
  for (let y = 0; y < height; y++)
    rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [
    signature,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(rows, { level })),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

function chunk(type: string, body: Buffer): Buffer {
  const out = Buffer.alloc(body.length + 12);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, "latin1");
  out.set(body, 8);
  out.writeUInt32BE(crc32(out.subarray(4, body.length + 8)), body.length + 8);
  return out;
}
