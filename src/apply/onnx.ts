// ONNX models through onnxruntime-web (MIT, WebAssembly, no install script), which the user installs: nothing here needs it before.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Numbers with a shape, as the runtime takes and gives them. */
export interface OnnxArray {
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

/** A model that runs. */
export interface OnnxModel {
  /** Names of the inputs with their shapes where the file says so; a size that is free is -1. */
  readonly inputs: ReadonlyMap<string, readonly number[]>;
  readonly outputs: readonly string[];
  /** @param feeds An array for each input. @returns One for each output. */
  run(feeds: Readonly<Record<string, OnnxArray>>): Promise<Readonly<Record<string, OnnxArray>>>;
  close(): Promise<void>;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly {
    readonly name: string;
    readonly shape?: readonly (number | string)[];
  }[];
  run(feeds: object): Promise<Record<string, OnnxArray>>;
  release(): Promise<void>;
}

interface Runtime {
  readonly env: { logLevel?: string; readonly wasm: { numThreads?: number } };
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OnnxArray;
}

const cure = "install it with: npm install --no-save --ignore-scripts onnxruntime-web";

/** The runtime of GEODL_ONNXRUNTIME (its folder), of this package's neighbours or of the working directory. */
async function runtime(): Promise<Runtime> {
  const name = "onnxruntime-web";
  const folder = process.env.GEODL_ONNXRUNTIME;
  const from = [import.meta.url, pathToFileURL(join(process.cwd(), "package.json")).href];
  for (const find of folder
    ? [() => createRequire(join(folder, "package.json")).resolve(folder)]
    : from.map((at) => () => createRequire(at).resolve(name)))
    try {
      const module = (await import(pathToFileURL(find()).href)) as Runtime & { readonly default?: Runtime };
      return module.InferenceSession ? module : module.default!;
    } catch (error) {
      if (!/Cannot find|ERR_MODULE_NOT_FOUND/.test(String(error))) throw error;
    }
  throw new Error(`loadOnnx: ONNX models need onnxruntime-web, got none; ${cure}`);
}

/** Whether the runtime can be loaded. */
export const hasOnnx = (): Promise<boolean> =>
  runtime().then(
    () => true,
    () => false,
  );

/** Opens an ONNX file, one thread of WebAssembly.
 *
 *  @param path File.
 *  @returns The model; the caller closes it.
 *  @throws Error where the file or the runtime is missing, with the cure, or where the file is no model. */
export async function loadOnnx(path: string): Promise<OnnxModel> {
  if (!existsSync(path)) throw new Error(`loadOnnx: the model must be at ${path}, got no file there`);
  const ort = await runtime();
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  let session: Session;
  try {
    session = await ort.InferenceSession.create(readFileSync(path), { executionProviders: ["wasm"] });
  } catch (error) {
    throw new Error(
      `loadOnnx: ${path} must be an ONNX model, got: ${String((error as Error).message ?? error).slice(0, 200)}`,
    );
  }
  const shapes = new Map(session.inputMetadata?.map(({ name, shape = [] }) => [name, shape]));
  const typeOf = (data: OnnxArray["data"]) =>
    data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "int64";
  return {
    inputs: new Map(
      session.inputNames.map((name) => [
        name,
        (shapes.get(name) ?? []).map((n) => (typeof n === "number" ? n : -1)),
      ]),
    ),
    outputs: session.outputNames,
    run: (feeds) =>
      session.run(
        Object.fromEntries(
          Object.entries(feeds).map(([name, { data, dims }]) => [
            name,
            new ort.Tensor(typeOf(data), data, dims),
          ]),
        ),
      ),
    close: () => session.release(),
  };
}
