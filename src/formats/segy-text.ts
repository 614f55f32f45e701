// The textual headers of SEG-Y: 40 lines of 80 characters in EBCDIC or ASCII.

// International EBCDIC (code page 500), the Latin-1 character of each byte; but | is 0x6a, where segyio and SEG-Y's own table have it.
const latin1 =
  "000102039c09867f978d8e0b0c0d0e0f101112139d8508871819928f1c1d1e1f" +
  "80818283840a171b88898a8b8c050607909116939495960498999a9b14159e1a" +
  "20a0e2e4e0e1e3e5e7f15b2e3c282b2126e9eaebe8edeeefecdf5d242a293b5e" +
  "2d2fc2c4c0c1c3c5c7d17c2c255f3e3ff8c9cacbc8cdcecfcc603a2340273d22" +
  "d8616263646566676869abbbf0fdfeb1b06a6b6c6d6e6f707172aabae6b8c6a4" +
  "b57e737475767778797aa1bfd0dddeaea2a3a5b7a9a7b6bcbdbeaca6afa8b4d7" +
  "7b414243444546474849adf4f6f2f3f57d4a4b4c4d4e4f505152b9fbfcf9faff" +
  "5cf7535455565758595ab2d4d6d2d3d530313233343536373839b3dbdcd9da9f";

const fromEbcdic = Uint8Array.from({ length: 256 }, (_, i) =>
  Number.parseInt(latin1.slice(2 * i, 2 * i + 2), 16),
);
const toEbcdic = new Uint8Array(256);
for (const [i, code] of fromEbcdic.entries()) toEbcdic[code] = i;

/** Bytes of a textual header. */
export const textBytes = 3200;

/** Whether a header is EBCDIC rather than ASCII: by its blanks (0x40 against 0x20), else by its first C.
 *
 *  @param bytes A textual header.
 *  @returns true for EBCDIC. */
export function isEbcdicText(bytes: Uint8Array): boolean {
  let ebcdic = 0;
  let ascii = 0;
  for (const byte of bytes) {
    if (byte === 0x40) ebcdic++;
    else if (byte === 0x20) ascii++;
  }
  return ebcdic === ascii ? bytes[0] !== 0x43 : ebcdic > ascii;
}

/** A textual header as characters, lines not broken (line i is characters 80 i to 80 i + 79).
 *
 *  @param bytes A textual header.
 *  @param isEbcdic Its code.
 *  @returns As many characters as bytes. */
export function decodeText(bytes: Uint8Array, isEbcdic: boolean): string {
  return Buffer.from(isEbcdic ? bytes.map((byte) => fromEbcdic[byte]!) : bytes).toString("latin1");
}

/** Characters as a textual header of 3,200 bytes, filled up with blanks. Lines broken by a newline are filled up to 80 characters each.
 *
 *  @param name Caller, for messages.
 *  @param text At most 3,200 characters of Latin-1, or at most 40 lines of at most 80.
 *  @param isEbcdic The code to write.
 *  @returns The header.
 *  @throws RangeError if the text does not fit. */
export function encodeText(name: string, text: string, isEbcdic: boolean): Uint8Array {
  let whole = text;
  if (text.includes("\n") && text.length !== textBytes) {
    const lines = text.replace(/\n$/, "").split("\n");
    const long = lines.find((line) => line.length > 80);
    if (long !== undefined || lines.length > 40)
      throw new RangeError(
        `${name}: the text must be at most 40 lines of 80 characters, got ${long === undefined ? `${lines.length} lines` : `"${long}"`}`,
      );
    whole = lines.map((line) => line.padEnd(80)).join("");
  }
  if (whole.length > textBytes)
    throw new RangeError(`${name}: the text must have at most 3200 characters, got ${whole.length}`);
  const wide = Array.from(whole).find((c) => c.codePointAt(0)! > 255);
  if (wide !== undefined) throw new RangeError(`${name}: the text must be Latin-1, got "${wide}"`);
  const bytes = new Uint8Array(Buffer.from(whole.padEnd(textBytes), "latin1"));
  return isEbcdic ? bytes.map((byte) => toEbcdic[byte]!) : bytes;
}
