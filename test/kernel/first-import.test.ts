// The first cell that loads TensorFlow: at most 3 s and 450 MB. Beside other work the CPU time counts, which waiting does not lengthen.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const script = fileURLToPath(new URL("./first_import.py", import.meta.url));
const addon = fileURLToPath(new URL("../../.tf/tfjs_binding.node", import.meta.url));

it("import and tensor.ready() in a cell are quick and small", { timeout: 120_000 }, (ctx) => {
  if (!existsSync(python)) return ctx.skip("needs .venv with jupyter_client");
  if (!existsSync(addon)) return ctx.skip("needs TensorFlow's addon in .tf");
  const env = { ...process.env, GEODL_TF: "cpu", GEODL_NODE: process.env.GEODL_NODE ?? process.execPath };
  // the first start fills the system's caches and the kernel's own
  const [, second] = [1, 2].map(
    () =>
      JSON.parse(execFileSync(python, [script], { encoding: "utf8", env })) as Readonly<
        Record<"wall" | "cpu" | "mb", number>
      >,
  );
  expect(second).toMatchObject({ status: "ok", backend: "native" });
  expect(Math.min(second!.wall, second!.cpu)).toBeLessThanOrEqual(3);
  expect(second!.mb).toBeLessThanOrEqual(450);
});
