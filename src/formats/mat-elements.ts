// The tagged elements that a MAT file is made of, and the header of an array.
import { matClasses, matType, typeKinds } from "./mat-values.js";
import { bytesOf, readNumbers } from "./numbers.js";
import type { ByteSource } from "./source.js";

/** A tagged element: its type, and where its bytes lie. */
export interface Element {
  readonly type: number;
  readonly at: number;
  readonly size: number;
  /** Where the next element begins. */
  readonly next: number;
}

/** What stands before the values of an array. */
export interface MatHeader {
  readonly class: (typeof matClasses)[number];
  readonly name: string;
  readonly shape: readonly number[];
  readonly isComplex: boolean;
  readonly isLogical: boolean;
  /** Where the values begin and the array ends. */
  readonly at: number;
  readonly end: number;
}

/** Reads elements of one file. */
export interface Reader {
  /** Caller, for messages. */
  readonly name: string;
  readonly source: ByteSource;
  readonly isLittle: boolean;
}

/** The element at a place.
 *  @throws RangeError if it does not end before `end`. */
export function readElement({ name, source, isLittle }: Reader, at: number, end: number): Element {
  if (at + 8 > end)
    throw new RangeError(
      `${name}: an element must lie inside its array, got byte ${at} where ${end} is the end`,
    );
  const tag = source.read(at, 8);
  const view = new DataView(tag.buffer, tag.byteOffset, 8);
  const first = view.getUint32(0, isLittle);
  if (first >>> 16 !== 0) {
    const size = first >>> 16;
    if (size > 4)
      throw new RangeError(`${name}: a small element must have at most 4 bytes, got ${size} (byte ${at})`);
    return { type: first & 0xffff, at: at + 4, size, next: at + 8 };
  }
  const size = view.getUint32(4, isLittle);
  if (at + 8 + size > end)
    throw new RangeError(
      `${name}: an element must end inside its array, got ${size} bytes at ${at} where ${end} is the end`,
    );
  return { type: first, at: at + 8, size, next: Math.min(end, at + 8 + Math.ceil(size / 8) * 8) };
}

/** The numbers of an element, or `count` of them from number `from` on, and how many it holds in all.
 *  @throws RangeError if its type is not one of numbers. */
export function numbers({ name, source, isLittle }: Reader, element: Element, from?: number, count?: number) {
  const kind = Object.hasOwn(typeKinds, element.type) ? typeKinds[element.type]! : undefined;
  if (!kind)
    throw new RangeError(
      `${name}: an element of numbers must have a type of numbers, got ${element.type} (byte ${element.at})`,
    );
  const width = bytesOf(kind);
  if (element.size % width !== 0)
    throw new RangeError(
      `${name}: an element must hold whole numbers of ${width} bytes, got ${element.size} bytes (byte ${element.at})`,
    );
  const n = count ?? element.size / width;
  return {
    values: readNumbers(source, element.at + (from ?? 0) * width, n, kind, isLittle),
    total: element.size / width,
  };
}

/** What stands before the values of an array.
 *
 *  @param reader The file.
 *  @param element The array's element, type 14.
 *  @returns The header; the values are not read. */
export function readHeader(reader: Reader, element: Element): MatHeader {
  const { name } = reader;
  const end = element.at + element.size;
  if (element.type !== matType.matrix)
    throw new RangeError(
      `${name}: an array must be an element of type 14, got ${element.type} (byte ${element.at - 8})`,
    );
  const flags = readElement(reader, element.at, end);
  const [word = 0] = flags.size >= 4 ? numbers(reader, flags, 0, 1).values : [];
  const number = Number(word) & 0xff;
  const class_ = matClasses[number];
  if (flags.type !== matType.uint32 || !class_)
    throw new RangeError(`${name}: the class of an array must be 1 to 17, got ${number} (byte ${flags.at})`);
  const header = {
    class: class_,
    isComplex: (Number(word) & 0x800) !== 0,
    isLogical: (Number(word) & 0x200) !== 0,
  };
  if (class_ === "opaque") return { ...header, name: "", shape: [], at: flags.next, end };
  const dims = readElement(reader, flags.next, end);
  if (dims.size > 4 * 64 || dims.size < 8)
    throw new RangeError(`${name}: an array must have 2 to 64 axes, got ${dims.size / 4} (byte ${dims.at})`);
  const shape = Array.from(numbers(reader, dims).values, Number);
  const label = readElement(reader, dims.next, end);
  if (shape.some((axis) => !(axis >= 0)) || label.size > 255)
    throw new RangeError(
      `${name}: axes must be >= 0 and names short, got [${shape.join(", ")}] and ${label.size} characters (byte ${dims.at})`,
    );
  const text = Buffer.from(reader.source.read(label.at, label.size)).toString("latin1");
  return { ...header, name: text.split("\0")[0]!, shape, at: label.next, end };
}
