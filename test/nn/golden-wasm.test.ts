// Models against their peers on WebAssembly; a file of its own, since a process has one backend.
import { tensor } from "geodl";
import { beforeAll, describe, expect } from "vitest";
import { modelTests } from "./models.cases.js";

beforeAll(async () => {
  process.env.GEODL_TF = "wasm";
  expect((await tensor.ready()).backend).toBe("wasm");
});
describe("WebAssembly equals the peers", modelTests);
