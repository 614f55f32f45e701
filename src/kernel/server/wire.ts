// Jupyter's wire format: frames signed with HMAC, four JSON parts, then raw buffers.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

const delimiter = Buffer.from("<IDS|MSG>");

/** The six fields of a message header. */
export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

/** A message that passed the signature check. */
export interface Incoming {
  /** Identity frames: where the reply goes. */
  readonly ids: readonly Buffer[];
  readonly header: Header;
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Buffer[];
}

/** Signs, packs and unpacks the messages of one kernel. */
export interface Wire {
  readonly session: string;
  /** @returns The message, or undefined where frames are missing, badly signed, not JSON, or seen before. */
  parse(frames: readonly Buffer[]): Incoming | undefined;
  /** @param content JSON text, since it is often made on the other thread. */
  pack(
    ids: readonly Uint8Array[],
    type: string,
    parent: Header | Record<string, never>,
    content: string,
    extra?: { readonly metadata?: string; readonly buffers?: readonly Uint8Array[] },
  ): Uint8Array[];
}

function isObject(x: unknown): x is Record<string, unknown> {
  return typeof x === "object" && x !== null && !Array.isArray(x);
}

/** Signer and packer for one connection.
 *  @param key The connection file's key; "" switches signing off, as the protocol says.
 *  @returns The wire, with a session id of its own. */
export function wire(key: string): Wire {
  const session = randomUUID();
  const seen = new Set<string>();

  function sign(parts: readonly Uint8Array[]): Buffer {
    if (key === "") return Buffer.alloc(0);
    const h = createHmac("sha256", key);
    for (const p of parts) h.update(p);
    return Buffer.from(h.digest("hex"));
  }

  function isNew(signature: Buffer): boolean {
    if (signature.length === 0) return true;
    const s = signature.toString("latin1");
    if (seen.has(s)) return false;
    seen.add(s);
    if (seen.size > 65536) for (const old of [...seen].slice(0, 32768)) seen.delete(old);
    return true;
  }

  return {
    session,
    parse(frames) {
      const i = frames.findIndex((f) => delimiter.equals(f));
      if (i < 0 || frames.length < i + 6) return undefined;
      const signature = frames[i + 1]!;
      const parts = frames.slice(i + 2, i + 6);
      const expected = sign(parts);
      if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) return undefined;
      try {
        const [header, , , content] = parts.map((p) => JSON.parse(p.toString("utf8")) as unknown);
        if (!isObject(header) || !isObject(content)) return undefined;
        if (typeof header.msg_id !== "string" || typeof header.msg_type !== "string") return undefined;
        if (!isNew(signature)) return undefined;
        const full = header as unknown as Header;
        return { ids: frames.slice(0, i), header: full, content, buffers: frames.slice(i + 6) };
      } catch {
        return undefined;
      }
    },
    pack(ids, type, parent, content, extra = {}) {
      const header: Header = {
        msg_id: randomUUID(),
        session,
        username: "kernel",
        date: new Date().toISOString(),
        msg_type: type,
        version: "5.4",
      };
      const parts = [JSON.stringify(header), JSON.stringify(parent), extra.metadata ?? "{}", content].map(
        (p) => Buffer.from(p),
      );
      return [...ids, delimiter, sign(parts), ...parts, ...(extra.buffers ?? [])];
    },
  };
}
