// ZIP archives as far as .npz files (and PyTorch's checkpoints) need them: members stored or deflated, 64-bit sizes, checksums.
import { crc32, inflateRawSync } from "node:zlib";
import { type ByteSource, memorySource, partOf } from "./source.js";

/** A member of an archive. */
export interface ZipMember {
  readonly name: string;
  /** Bytes once unpacked. */
  readonly size: number;
  readonly packedSize: number;
  readonly isDeflated: boolean;
  readonly crc: number;
  /** Place of its local header. */
  readonly offset: number;
}

const endLength = 22;
/** Deflate never packs tighter than this. */
const tightest = 1032;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** 64-bit number that must be a place inside a file. */
function long(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

function findDirectory(name: string, source: ByteSource): Directory {
  const length = Math.min(source.size, endLength + 65535);
  const tail = source.read(source.size - length, length);
  const view = viewOf(tail);
  let at = length - endLength;
  while (at >= 0 && view.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0)
    throw new RangeError(
      `${name}: a ZIP archive must end with its directory, got none in ${source.size} bytes`,
    );
  const end = {
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
  };
  const isLong = end.count === 0xffff || end.size === 0xffffffff || end.offset === 0xffffffff;
  if (!isLong || at < 20 || view.getUint32(at - 20, true) !== 0x07064b50) return end;
  const place = long(view, at - 12);
  if (place + 56 > source.size)
    throw new RangeError(`${name}: the ZIP64 directory must lie inside the file, got byte ${place}`);
  const record = viewOf(source.read(place, 56));
  return { count: long(record, 32), size: long(record, 40), offset: long(record, 48) };
}

/** Sizes and place that the 32-bit fields had no room for. */
function longFields(extra: DataView, member: { size: number; packedSize: number; offset: number }): void {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    const end = Math.min(at + 4 + extra.getUint16(at + 2, true), extra.byteLength);
    let next = at + 4;
    for (const key of ["size", "packedSize", "offset"] as const)
      if (member[key] === 0xffffffff && next + 8 <= end) {
        member[key] = long(extra, next);
        next += 8;
      }
  }
}

/** Lists the members of an archive; nothing is unpacked.
 *
 *  @param name Caller, for messages.
 *  @param source The file.
 *  @returns Members in the directory's order.
 *  @throws RangeError if it is no ZIP archive, or a member is encrypted, packed otherwise or lies outside the file. */
export function zipMembers(name: string, source: ByteSource): ZipMember[] {
  const { count, size, offset } = findDirectory(name, source);
  if (offset + size > source.size || count * 46 > size)
    throw new RangeError(
      `${name}: the ZIP directory must lie inside the file, got ${count} members in ${size} bytes at ${offset}`,
    );
  const bytes = source.read(offset, size);
  const view = viewOf(bytes);
  const members: ZipMember[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > size || view.getUint32(at, true) !== 0x02014b50)
      throw new RangeError(
        `${name}: member ${i} of the ZIP directory must begin with PK12, got something else`,
      );
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((o) => view.getUint16(at + o, true));
    const next = at + 46 + nameLength! + extraLength! + noteLength!;
    if (next > size)
      throw new RangeError(
        `${name}: member ${i} must end inside the ZIP directory, got byte ${next} of ${size}`,
      );
    const file = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength!)).toString("utf8");
    const method = view.getUint16(at + 10, true);
    if (view.getUint16(at + 8, true) & 1)
      throw new RangeError(`${name}: members must not be encrypted, got ${JSON.stringify(file)}`);
    if (method !== 0 && method !== 8)
      throw new RangeError(
        `${name}: members must be stored (0) or deflated (8), got method ${method} of ${JSON.stringify(file)}`,
      );
    const member = {
      name: file,
      size: view.getUint32(at + 24, true),
      packedSize: view.getUint32(at + 20, true),
      isDeflated: method === 8,
      crc: view.getUint32(at + 16, true),
      offset: view.getUint32(at + 42, true),
    };
    const extra = bytes.subarray(at + 46 + nameLength!, at + 46 + nameLength! + extraLength!);
    longFields(viewOf(extra), member);
    const isPossible = member.isDeflated
      ? member.size <= member.packedSize * tightest + 64
      : member.size === member.packedSize;
    if (!isPossible || member.offset + 30 + member.packedSize > source.size)
      throw new RangeError(
        `${name}: member ${JSON.stringify(file)} must fit the file, got ${member.size} bytes packed to ${member.packedSize} at ${member.offset}`,
      );
    members.push(member);
    at = next;
  }
  const packed = members.reduce((n, member) => n + member.packedSize, 0);
  if (packed > source.size)
    throw new RangeError(`${name}: members must not overlap, got ${packed} packed bytes in ${source.size}`);
  return members;
}

/** Opens a member. A stored one is read in place, without its checksum; a deflated one is unpacked and its checksum compared.
 *
 *  @param name Caller, for messages.
 *  @param source The archive.
 *  @param member One of zipMembers.
 *  @param options.isChecked Compare the checksum of a stored member, too, which reads it whole. Default false.
 *  @returns Its bytes as a source.
 *  @throws RangeError if it is damaged. */
export function openMember(
  name: string,
  source: ByteSource,
  member: ZipMember,
  options: { readonly isChecked?: boolean } = {},
): ByteSource {
  const label = JSON.stringify(member.name);
  const local = viewOf(source.read(member.offset, 30));
  if (local.getUint32(0, true) !== 0x04034b50)
    throw new RangeError(
      `${name}: member ${label} must begin with PK34, got something else (byte ${member.offset})`,
    );
  const start = member.offset + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + member.packedSize > source.size)
    throw new RangeError(
      `${name}: member ${label} must end inside the file, got byte ${start + member.packedSize}`,
    );
  const packed = partOf(source, start, member.packedSize);
  if (!member.isDeflated) {
    if (options.isChecked) requireCrc(name, member, packed.read(0, packed.size));
    return packed;
  }
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(packed.read(0, packed.size), { maxOutputLength: Math.max(1, member.size) });
  } catch (cause) {
    throw new RangeError(
      `${name}: member ${label} must unpack to ${member.size} bytes, got ${(cause as Error).message}`,
      { cause },
    );
  }
  if (bytes.length !== member.size)
    throw new RangeError(`${name}: member ${label} must unpack to ${member.size} bytes, got ${bytes.length}`);
  requireCrc(name, member, bytes);
  return memorySource(bytes);
}

function requireCrc(name: string, member: ZipMember, bytes: Uint8Array): void {
  const crc = crc32(bytes);
  if (crc !== member.crc)
    throw new RangeError(
      `${name}: member ${JSON.stringify(member.name)} must have the checksum ${member.crc.toString(16)}, got ${crc.toString(16)}`,
    );
}
