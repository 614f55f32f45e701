// The five packages that geodl is built on, in one process with one TensorFlow.js engine.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const five = ["tslab", "@tensorflow/tfjs-node-gpu", "plotly.js", "danfojs-node", "h5wasm"];

describe("the five packages", () => {
  it("are dependencies", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(five));
  });

  it("work in one process (plotly.js is for the browser, its version is read); danfo and our tensors share one engine", {
    timeout: 60_000,
  }, () => {
    const code = `
      import { createRequire } from "node:module";
      import { data, tensor } from "geodl";
      const require = createRequire(import.meta.url);
      const { tf } = await tensor.ready();
      const before = tf.memory().numTensors;
      const frame = await data.frame([{ a: 1, b: "x" }, { a: 2, b: "y" }]);
      const engines = Object.keys(require.cache).filter((file) => /tfjs-core[\\\\/]dist[\\\\/]tf-core\\.node\\.js$/.test(file));
      const danfo = require("danfojs-node");
      console.log(JSON.stringify({
        sum: frame.column("a").sum(),
        engines: engines.length,
        tensorIsOurs: danfo.tensorflow?.engine() === tf.engine(),
        kept: tf.memory().numTensors - before,
        h5wasm: typeof (await import("h5wasm/node")).File,
        tslab: require("tslab").versions.tslab,
        plotly: require("plotly.js/package.json").version,
      }));`;
    const done = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      cwd: root,
      encoding: "utf8",
    });
    const line = done.stdout.split("\n").find((text) => text.startsWith("{"));
    if (!line) throw new Error(done.stdout + done.stderr);
    expect(JSON.parse(line)).toMatchObject({
      sum: 3,
      engines: 1,
      tensorIsOurs: true,
      kept: 0,
      h5wasm: "function",
    });
  });
});
