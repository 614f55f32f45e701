// Layers and losses on TensorFlow.
import { tensor } from "geodl";
import { beforeAll, describe } from "vitest";
import { layerTests } from "./layers.cases.js";

beforeAll(async () => {
  await tensor.ready();
});
describe("TensorFlow equals PyTorch", layerTests);
