// Lets CommonJS code, which the emitter makes, use any module: ES namespaces, CommonJS exports, JSON.

/** The object that `require` of an import gives to emitted code: live, with __esModule, so that
 *  `default` means what the declarations say. CommonJS exports are given as they are.
 *  @param namespace What `import()` resolved to. */
export function forEmitted(namespace: object): unknown {
  const commonJs = asCommonJs(namespace as Record<string, unknown>);
  if (commonJs !== undefined) return commonJs;
  const out = Object.create(null) as Record<string, unknown>;
  Object.defineProperty(out, "__esModule", { value: true });
  for (const name of Object.keys(namespace)) {
    const get = (): unknown => (namespace as Record<string, unknown>)[name];
    Object.defineProperty(out, name, { get, enumerable: true });
  }
  return out;
}

/** The exports of a CommonJS module behind its namespace: every name is also on `default`. */
function asCommonJs(namespace: Record<string, unknown>): unknown {
  const exports = namespace.default;
  if ((typeof exports !== "object" || exports === null) && typeof exports !== "function") return undefined;
  const whole = exports as Record<string, unknown>;
  for (const name of Object.keys(namespace)) {
    if (name === "default" || name === "module.exports" || name === "__esModule") continue;
    if (!(name in whole) || whole[name] !== namespace[name]) return undefined;
  }
  // An ES module that only has a default export looks the same; its default has no __esModule, so both readings agree.
  return exports;
}

/** A namespace for `await import(x)` of a module whose emitted exports are given.
 *  @param exports Module exports in CommonJS form. */
export function asNamespace(exports: Record<string, unknown>): object {
  if (exports.__esModule === true) return exports;
  return { ...exports, default: exports };
}
