// Layers and losses on WebAssembly; a file of its own, since a process has one backend.
import { tensor } from "geodl";
import { beforeAll, describe, expect } from "vitest";
import { layerTests } from "./layers.cases.js";

beforeAll(async () => {
  process.env.GEODL_TF = "wasm";
  expect((await tensor.ready()).backend).toBe("wasm");
});
describe("WebAssembly equals PyTorch", layerTests);
