// Python's pickles as data: an interpreter of the few instructions that checkpoints need. Nothing is imported or called.

/** A class or function that a pickle names; only an allow-list is let through, and what they mean is decided here. */
export interface PickleGlobal {
  readonly global: string;
}

/** A storage that a pickle refers to without holding it. */
export interface PickleReference {
  readonly persistent: readonly unknown[];
}

/** What a call of an allowed function became: its name and its arguments. */
export interface PickleCall {
  readonly call: string;
  readonly args: readonly unknown[];
}

/** How a pickle is read. */
export interface PickleOptions {
  /** Caller, for messages. */
  readonly name: string;
  /** True for names that may appear, "module.name". */
  readonly isAllowed: (global: string) => boolean;
}

const mark = Symbol("mark");

/** Reads one pickle.
 *
 *  Dictionaries and OrderedDict become Map, lists and tuples arrays, whole numbers number or bigint, calls of allowed
 *  functions `PickleCall`. Anything else is refused by name.
 *
 *  @param bytes Where it begins; more may follow.
 *  @returns The value and the number of bytes read.
 *  @throws RangeError naming the instruction or the name that is refused, or where it is cut short.
 *  @see Python's Lib/pickletools.py, which documents the format. */
export function readPickle(
  bytes: Uint8Array,
  options: PickleOptions,
): { readonly value: unknown; readonly length: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = new TextDecoder("utf-8", { fatal: true });
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = 0;
  const fail = (what: string): never => {
    throw new RangeError(`${options.name}: ${what} (byte ${at} of the pickle)`);
  };
  const take = (n: number): number => {
    if (n > bytes.length - at)
      fail(`the pickle must not be cut short, got ${bytes.length - at} of ${n} bytes`);
    at += n;
    return at - n;
  };
  const u1 = () => view.getUint8(take(1));
  const u4 = () => view.getUint32(take(4), true);
  const raw = (n: number) => {
    const start = take(n);
    return bytes.subarray(start, start + n);
  };
  const utf8 = (n: number): string => {
    const part = raw(n);
    try {
      return text.decode(part);
    } catch {
      return fail("text must be UTF-8, got something else");
    }
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) fail("the pickle must not be cut short, got a line without end");
    const got = utf8(end - at);
    at++;
    return got;
  };
  const pop = (): unknown => {
    const value = stack.pop();
    if (value === undefined || value === mark) fail("the stack must hold a value, got none");
    return value;
  };
  const top = (): unknown => {
    const value = stack.at(-1);
    return value === undefined || value === mark ? fail("the stack must hold a value, got none") : value;
  };
  const toMark = (): unknown[] => {
    const start = stack.lastIndexOf(mark);
    if (start < 0) fail("the stack must hold a mark, got none");
    const items = stack.splice(start);
    items.shift();
    return items;
  };
  const key = (value: unknown): unknown =>
    ["string", "number", "bigint", "boolean"].includes(typeof value) || value === null
      ? value
      : fail(`a dictionary's key must be text or a number, got ${typeof value}`);
  const setItems = (items: readonly unknown[]) => {
    const map = top();
    if (!(map instanceof Map) || items.length % 2)
      fail("items must go into a dictionary in pairs, got something else");
    for (let i = 0; i < items.length; i += 2) (map as Map<unknown, unknown>).set(key(items[i]), items[i + 1]);
  };
  const addItems = (items: readonly unknown[]) => {
    const list = top();
    if (!Array.isArray(list)) fail("items must go into a list, got something else");
    for (const item of items) (list as unknown[]).push(item);
  };
  const global = (module: string, name: string): PickleGlobal => {
    const full = `${module}.${name}`;
    if (!options.isAllowed(full))
      fail(`refused to use ${full}: a checkpoint must hold tensors and plain data only`);
    return { global: full };
  };
  const long = (n: number): number | bigint => {
    let value = 0n;
    const part = raw(n);
    for (let i = part.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(part[i]!);
    if (n > 0 && part[n - 1]! & 0x80) value -= 1n << BigInt(8 * n);
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : value;
  };
  const recall = (i: number): unknown =>
    memo.has(i) ? memo.get(i) : fail(`the memo must hold ${i}, got none`);

  for (;;) {
    const op = u1();
    switch (op) {
      case 0x80:
        if (u1() > 5) fail("the protocol must be 5 or less, got more");
        break; // PROTO
      case 0x95:
        take(8);
        break; // FRAME
      case 0x28:
        stack.push(mark);
        break; // (
      case 0x30:
        pop();
        break; // 0
      case 0x31:
        toMark();
        break; // 1
      case 0x32:
        stack.push(top());
        break; // 2
      case 0x2e:
        return { value: pop(), length: at }; // .
      case 0x4e:
        stack.push(null);
        break; // N
      case 0x88:
        stack.push(true);
        break;
      case 0x89:
        stack.push(false);
        break;
      case 0x4a:
        stack.push(view.getInt32(take(4), true));
        break; // J
      case 0x4b:
        stack.push(u1());
        break; // K
      case 0x4d:
        stack.push(view.getUint16(take(2), true));
        break; // M
      case 0x8a:
        stack.push(long(u1()));
        break; // LONG1
      case 0x47:
        stack.push(view.getFloat64(take(8), false));
        break; // G
      case 0x58:
        stack.push(utf8(u4()));
        break; // X
      case 0x8c:
        stack.push(utf8(u1()));
        break;
      case 0x54:
        stack.push(Buffer.from(raw(u4())).toString("latin1"));
        break; // T
      case 0x55:
        stack.push(Buffer.from(raw(u1())).toString("latin1"));
        break; // U
      case 0x42:
        stack.push(raw(u4()).slice());
        break; // B
      case 0x43:
        stack.push(raw(u1()).slice());
        break; // C
      case 0x7d:
        stack.push(new Map());
        break; // }
      case 0x5d:
        stack.push([]);
        break; // ]
      case 0x29:
        stack.push([]);
        break; // )
      case 0x74:
        stack.push(toMark());
        break; // t
      case 0x85:
        stack.push([pop()]);
        break;
      case 0x86: {
        const b = pop();
        stack.push([pop(), b]);
        break;
      }
      case 0x87: {
        const c = pop();
        const b = pop();
        stack.push([pop(), b, c]);
        break;
      }
      case 0x64: {
        const items = toMark();
        stack.push(new Map());
        setItems(items);
        break;
      } // d
      case 0x6c:
        stack.push(toMark());
        break; // l
      case 0x73: {
        const value = pop();
        const k = pop();
        setItems([k, value]);
        break;
      } // s
      case 0x75:
        setItems(toMark());
        break; // u
      case 0x61: {
        const item = pop();
        addItems([item]);
        break;
      } // a
      case 0x65:
        addItems(toMark());
        break; // e
      case 0x71:
        memo.set(u1(), top());
        break; // q
      case 0x72:
        memo.set(u4(), top());
        break; // r
      case 0x94:
        memo.set(memo.size, top());
        break;
      case 0x68:
        stack.push(recall(u1()));
        break; // h
      case 0x6a:
        stack.push(recall(u4()));
        break; // j
      case 0x63:
        stack.push(global(line(), line()));
        break; // c
      case 0x93: {
        const name = String(pop());
        stack.push(global(String(pop()), name));
        break;
      }
      case 0x51: {
        // Q
        const persistent = pop();
        stack.push({
          persistent: Array.isArray(persistent) ? persistent : [persistent],
        } satisfies PickleReference);
        break;
      }
      case 0x52: {
        // R
        const args = pop();
        const f = pop() as Partial<PickleGlobal>;
        if (typeof f !== "object" || f === null || typeof f.global !== "string" || !Array.isArray(args))
          fail("a call must be of an allowed name, got something else");
        const called = f.global as string;
        stack.push(
          called === "collections.OrderedDict"
            ? new Map()
            : ({ call: called, args: args as unknown[] } satisfies PickleCall),
        );
        break;
      }
      case 0x62:
        pop();
        top();
        break; // b: attributes of an object (an OrderedDict's _metadata) are left out
      default:
        at--;
        fail(`refused the instruction 0x${op.toString(16)}: a checkpoint does not need it`);
    }
  }
}
