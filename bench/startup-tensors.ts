// The whole package with TensorFlow.
import { startupCase } from "./startup.js";

export const bench = startupCase(
  "startup-tensors",
  "import/torch",
  'import "geodl" and tensor.ready(), a new process each time',
  [
    "--input-type=module",
    "-e",
    'const { tensor } = await import("geodl"); await tensor.ready(); process.exit(0);',
  ],
);
