// The header of SAC: 70 floats, 40 integers and 23 words of text at fixed places, by SAC's own names.

const floatNames = [
  "delta depmin depmax scale odelta b e o a internal0 t0 t1 t2 t3 t4 t5 t6 t7 t8 t9 f",
  "resp0 resp1 resp2 resp3 resp4 resp5 resp6 resp7 resp8 resp9 stla stlo stel stdp evla evlo evel evdp mag",
  "user0 user1 user2 user3 user4 user5 user6 user7 user8 user9 dist az baz gcarc internal1 internal2 depmen",
  "cmpaz cmpinc xminimum xmaximum yminimum ymaximum unused6 unused7 unused8 unused9 unused10 unused11 unused12",
] as const;
const intNames = [
  "nzyear nzjday nzhour nzmin nzsec nzmsec nvhdr norid nevid npts internal3 nwfid nxsize nysize unused13 iftype",
  "idep iztype unused14 iinst istreg ievreg ievtyp iqual isynth imagtyp imagsrc unused15 unused16 unused17 unused18",
  "unused19 unused20 unused21 unused22 leven lpspol lovrok lcalda unused23",
] as const;
const textNames = [
  "kstnm kevnm khole ko ka kt0 kt1 kt2 kt3 kt4 kt5 kt6 kt7 kt8 kt9 kf kuser0 kuser1 kuser2 kcmpnm knetwk kdatrd kinst",
] as const;

type Words<S extends string> = S extends `${infer First} ${infer Rest}` ? First | Words<Rest> : S;
/** Names of the numbers of a header. */
export type SacNumber = Words<(typeof floatNames)[number]> | Words<(typeof intNames)[number]>;
/** Names of the texts of a header. */
export type SacText = Words<(typeof textNames)[number]>;
/** A SAC header; what is undefined in the file (-12345) is left out. Logical fields are 0 or 1. */
export type SacHeader = { readonly [name in SacNumber]?: number } & { readonly [name in SacText]?: string };

interface Field {
  readonly name: string;
  readonly at: number;
  readonly kind: "float" | "int" | "text";
  readonly length: number;
}

/** Bytes of a header. */
export const sacHeaderBytes = 632;

const list = (lines: readonly string[]) => lines.join(" ").split(" ");
let textAt = 440;
const fields: readonly Field[] = [
  ...list(floatNames).map((name, i): Field => ({ name, at: 4 * i, kind: "float", length: 4 })),
  ...list(intNames).map((name, i): Field => ({ name, at: 280 + 4 * i, kind: "int", length: 4 })),
  ...list(textNames).map((name): Field => {
    const length = name === "kevnm" ? 16 : 8;
    textAt += length;
    return { name, at: textAt - length, kind: "text", length };
  }),
];

/** Numbers that version 7 repeats as float64 behind the samples, in order; those of its last two are not in the header proper. */
export const sacFooter: readonly SacNumber[] = list([
  "delta b e o a t0 t1 t2 t3 t4 t5 t6 t7 t8 t9 f evlo evla stlo stla",
]) as SacNumber[];

function getText(bytes: Uint8Array, { at, length }: Field): string | undefined {
  const text = Buffer.from(bytes.subarray(at, at + length)).toString("latin1");
  const kept = text.split("\0")[0]!.trimEnd();
  return kept === "-12345" || kept.startsWith("-12345  ") || kept === "" ? undefined : kept;
}

/** All defined fields of a header.
 *
 *  @param bytes The header, 632 bytes.
 *  @param isLittle Byte order.
 *  @returns Values by SAC's names. */
export function readSacHeader(bytes: Uint8Array, isLittle: boolean): SacHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header: Record<string, number | string> = {};
  for (const field of fields) {
    if (field.kind === "text") {
      const text = getText(bytes, field);
      if (text !== undefined) header[field.name] = text;
      continue;
    }
    const value =
      field.kind === "float" ? view.getFloat32(field.at, isLittle) : view.getInt32(field.at, isLittle);
    if (value !== -12345) header[field.name] = value;
  }
  return header as SacHeader;
}

/** A header's bytes.
 *
 *  @param header Values by SAC's names.
 *  @param isLittle Byte order.
 *  @param like Bytes to start from: fields that say the same there stay byte for byte. Default: all undefined.
 *  @returns 632 bytes.
 *  @throws RangeError if a name is unknown or a value does not fit its field. */
export function sacHeaderOf(header: SacHeader, isLittle: boolean, like?: Uint8Array): Uint8Array {
  const bytes = like ? like.slice() : new Uint8Array(sacHeaderBytes);
  const view = new DataView(bytes.buffer);
  const old = like ? readSacHeader(bytes, isLittle) : undefined;
  const unknown = Object.keys(header).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined)
    throw new RangeError(`writeSac: a header field must have one of SAC's names, got "${unknown}"`);
  for (const field of fields) {
    const { name, at, kind, length } = field;
    const value = (header as Record<string, number | string | undefined>)[name];
    if (old && Object.is(value, (old as Record<string, unknown>)[name])) continue;
    if (kind === "text") {
      const text = String(value ?? "-12345");
      if (text.length > length || /[^\x20-\xff]/.test(text))
        throw new RangeError(`writeSac: ${name} must be at most ${length} Latin-1 characters, got "${text}"`);
      bytes.set(Buffer.from(text.padEnd(length), "latin1"), at);
      continue;
    }
    const number = value ?? -12345;
    if (typeof number !== "number" || (kind === "int" && (number | 0) !== number))
      throw new RangeError(
        `writeSac: ${name} must be a ${kind === "int" ? "32-bit whole " : ""}number, got ${String(number)}`,
      );
    if (kind === "float") view.setFloat32(at, number, isLittle);
    else view.setInt32(at, number, isLittle);
  }
  return bytes;
}
