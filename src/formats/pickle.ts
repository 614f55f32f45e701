// Python's pickles as data: an interpreter of the few instructions that checkpoints need. Nothing is imported or called.
import { PickleReader } from "./pickle-reader.js";

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
  const read = new PickleReader(bytes, options.name);
  const fail = (what: string): never => read.fail(what);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
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
  const recall = (i: number): unknown =>
    memo.has(i) ? memo.get(i) : fail(`the memo must hold ${i}, got none`);

  /** Instructions that push one value. */
  const values = new Map<number, () => unknown>([
    [0x28, () => mark], // (
    [0x32, () => top()], // 2
    [0x4e, () => null], // N
    [0x88, () => true], // NEWTRUE
    [0x89, () => false], // NEWFALSE
    [0x4a, () => read.i4()], // J
    [0x4b, () => read.u1()], // K
    [0x4d, () => read.u2()], // M
    [0x8a, () => read.long(read.u1())], // LONG1
    [0x47, () => read.f8()], // G
    [0x58, () => read.utf8(read.u4())], // X
    [0x8c, () => read.utf8(read.u1())], // SHORT_BINUNICODE
    [0x54, () => read.latin1(read.u4())], // T
    [0x55, () => read.latin1(read.u1())], // U
    [0x42, () => read.raw(read.u4()).slice()], // B
    [0x43, () => read.raw(read.u1()).slice()], // C
    [0x7d, () => new Map()], // }
    [0x5d, () => []], // ]
    [0x29, () => []], // )
    [0x74, () => toMark()], // t
    [0x85, () => [pop()]], // TUPLE1
    [0x6c, () => toMark()], // l
    [0x68, () => recall(read.u1())], // h
    [0x6a, () => recall(read.u4())], // j
    [0x63, () => global(read.line(), read.line())], // c
  ]);

  for (;;) {
    const op = read.u1();
    const value = values.get(op);
    if (value) {
      stack.push(value());
      continue;
    }
    switch (op) {
      case 0x80:
        if (read.u1() > 5) fail("the protocol must be 5 or less, got more");
        break; // PROTO
      case 0x95:
        read.take(8);
        break; // FRAME
      case 0x30:
        pop();
        break; // 0
      case 0x31:
        toMark();
        break; // 1
      case 0x2e:
        return { value: pop(), length: read.at }; // .
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
        memo.set(read.u1(), top());
        break; // q
      case 0x72:
        memo.set(read.u4(), top());
        break; // r
      case 0x94:
        memo.set(memo.size, top());
        break;
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
        read.at--;
        fail(`refused the instruction 0x${op.toString(16)}: a checkpoint does not need it`);
    }
  }
}
