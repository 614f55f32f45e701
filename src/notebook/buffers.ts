// Bytes in a widget's state travel beside its JSON: taken out before it is sent, put back where it arrives.

type Path = readonly (string | number)[];

/** State as it travels. */
export interface Packed {
  /** Plain JSON; bytes are left out of objects and null in lists. */
  readonly state: Record<string, unknown>;
  /** Where each of the buffers belongs. */
  readonly paths: readonly Path[];
  readonly buffers: readonly Uint8Array[];
}

/** Takes typed arrays, ArrayBuffers and DataViews out of a state.
 *  @param state Nested objects, lists and values.
 *  @returns The rest, and what was taken out; nothing is copied. */
export function takeBuffers(state: Readonly<Record<string, unknown>>): Packed {
  const paths: Path[] = [];
  const buffers: Uint8Array[] = [];

  /** @returns The value, or undefined where it went among the buffers. */
  function visit(value: unknown, path: Path): unknown {
    const bytes = bytesOf(value);
    if (bytes) {
      paths.push(path);
      buffers.push(bytes);
      return undefined;
    }
    if (Array.isArray(value)) return value.map((v: unknown, i) => visit(v, [...path, i]) ?? null);
    if (typeof value !== "object" || value === null || "toJSON" in value) return value;
    return members(value as Record<string, unknown>, path);
  }
  function members(value: Readonly<Record<string, unknown>>, path: Path): Record<string, unknown> {
    const entries = Object.entries(value).map(([k, v]) => [k, visit(v, [...path, k])] as const);
    return Object.fromEntries(entries.filter(([, v]) => v !== undefined));
  }
  return { state: members(state, []), paths, buffers };
}

/** Puts buffers back where they belong.
 *  @param state As it arrived; it is changed.
 *  @param paths Where each buffer belongs.
 *  @param buffers The bytes.
 *  @returns The same state. */
export function putBuffers(
  state: Record<string, unknown>,
  paths: readonly Path[],
  buffers: readonly Uint8Array[],
): Record<string, unknown> {
  paths.forEach((path, i) => {
    let at: unknown = state;
    for (const key of path.slice(0, -1)) at = (at as Record<string | number, unknown> | undefined)?.[key];
    if (typeof at === "object" && at !== null)
      (at as Record<string | number, unknown>)[path.at(-1)!] = buffers[i];
  });
  return state;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
}
