// Loaded into a kernel that grades: notices when a student's cell has changed JavaScript's own functions, and changes them back.

const own = Reflect.ownKeys;
const descriptor = Reflect.getOwnPropertyDescriptor;
const define = Reflect.defineProperty;
const { is } = Object;
const text = JSON.stringify;
const print = console.log.bind(console);

const named: readonly (readonly [string, object])[] = [
  ["globalThis", globalThis],
  ["console", console],
  ["process", process],
  ["process.stdout", process.stdout],
  ["process.stderr", process.stderr],
  ...["Math", "JSON", "Reflect", "Atomics"].map((name) => [name, globalOf(name)] as const),
  ...[
    ...[
      "Object",
      "Function",
      "Array",
      "String",
      "Number",
      "Boolean",
      "Symbol",
      "BigInt",
      "Date",
      "Promise",
      "RegExp",
    ],
    ...[
      "Map",
      "Set",
      "WeakMap",
      "Error",
      "TypeError",
      "RangeError",
      "Float32Array",
      "Float64Array",
      "Int32Array",
    ],
    ...["Uint8Array", "Buffer"],
  ].flatMap((name) => {
    const made = globalOf(name) as { readonly prototype: object };
    return [[name, made] as const, [`${name}.prototype`, made.prototype] as const];
  }),
  ["TypedArray.prototype", Reflect.getPrototypeOf(Float64Array.prototype)!],
  ["Array iterator", Reflect.getPrototypeOf([][Symbol.iterator]())!],
];

function globalOf(name: string): object {
  return (globalThis as unknown as Record<string, object>)[name]!;
}

/** Which properties hold a function or, on the global object, one of JavaScript's own objects. */
const watched = named.flatMap(([label, object]) =>
  own(object).flatMap((key) => {
    const before = descriptor(object, key);
    const isOwn =
      typeof before?.value === "function" ||
      (object === globalThis && /^(Math|JSON|console|process)$/.test(`${String(key)}`));
    return before && isOwn ? [{ label, object, key, before }] : [];
  }),
);

/** Functions that are no longer what they were when this module was loaded; they are put back.
 *
 *  @returns Their names, e.g. "Math.abs". */
export function changed(): string[] {
  const names: string[] = [];
  for (let i = 0; i < watched.length; i++) {
    const { label, object, key, before } = watched[i]!;
    const now = descriptor(object, key);
    if (now && is(now.value, before.value)) continue;
    define(object, key, before);
    names[names.length] = `${label}.${String(key)}`;
  }
  return names;
}

/** Prints what `changed` finds, `guard ["Math.abs"]`, whatever has become of console. */
export function report(): void {
  const found = changed();
  print(`guard ${text(found)}`);
}
