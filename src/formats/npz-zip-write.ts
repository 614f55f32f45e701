// ZIP archives: members to bytes, laid out as Python's zipfile does for NumPy.
import { crc32, deflateRawSync } from "node:zlib";
import { joinBytes } from "./numbers.js";

/** Writes an archive. Every member carries 64-bit sizes and the date 1980-01-01, so the same members give the same bytes.
 *
 *  @param name Caller, for messages.
 *  @param members Names and bytes, in order.
 *  @param isDeflated Whether to pack them.
 *  @returns The archive.
 *  @throws RangeError if it would need more than 65,534 members or 4 GB. */
export function zipBytes(
  name: string,
  members: readonly (readonly [file: string, bytes: Uint8Array])[],
  isDeflated: boolean,
): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [file, bytes] of members) {
    const packed = isDeflated ? deflateRawSync(bytes) : bytes;
    const label = Buffer.from(file, "utf8");
    const isAscii = label.length === file.length;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(45, 0); // needs version 4.5 for 64-bit sizes
    common.writeUInt16LE(isAscii ? 0 : 0x800, 2);
    common.writeUInt16LE(isDeflated ? 8 : 0, 4);
    common.writeUInt16LE(0, 6); // midnight
    common.writeUInt16LE(33, 8); // 1 January 1980
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt16LE(label.length, 22);
    const local = Buffer.alloc(50);
    local.writeUInt32LE(0x04034b50, 0);
    common.copy(local, 4);
    local.fill(0xff, 18, 26);
    local.writeUInt16LE(20, 28);
    local.writeUInt16LE(1, 30);
    local.writeUInt16LE(16, 32);
    local.writeBigUInt64LE(BigInt(bytes.length), 34);
    local.writeBigUInt64LE(BigInt(packed.length), 42);
    pieces.push(local.subarray(0, 30), label, local.subarray(30), packed);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt8(45, 4);
    central.writeUInt8(3, 5); // made on Unix
    common.copy(central, 6);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(bytes.length, 24);
    central.writeUInt32LE(0x01800000, 38); // -rw-------
    central.writeUInt32LE(Math.min(at, 0xffffffff), 42);
    directory.push(central, label);
    at += 50 + label.length + packed.length;
    if (at > 0xfffffffe || members.length > 0xfffe)
      throw new RangeError(`${name}: an archive must stay below 4 GB and 65,535 members, got more`);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(
    directory.reduce((n, piece) => n + piece.length, 0),
    12,
  );
  end.writeUInt32LE(at, 16);
  return joinBytes([...pieces, ...directory, end]);
}
