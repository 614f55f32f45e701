// tensor.capture: a function as one graph gives what the function gives, refuses what no graph can do, and leaves nothing behind.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { runInThisContext } from "node:vm";
import { tensor } from "geodl";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { int, varint } from "../../dist/tensor/protobuf.js";

const folder = mkdtempSync(path(tmpdir(), "geodl-capture-"));
const before = process.env.TMPDIR;
let tensors = 0;
beforeAll(async () => {
  process.env.TMPDIR = folder;
  const { tf } = await tensor.ready();
  tensors = tf.memory().numTensors;
});
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  expect(tensor.graphCount()).toBe(0);
  expect(tensor.memory().tensors).toBe(tensors);
  expect(readdirSync(folder)).toEqual([]);
});

const column = (...values: number[]) => tensor.engine().tf.tensor2d(values, [values.length, 1]);
const variable = (...values: number[]) => {
  const start = column(...values);
  const made = tensor.engine().tf.variable(start);
  start.dispose();
  return made;
};
const numbers = (t: tensor.Tensor) => [...t.dataSync()];

describe("capture", () => {
  it("runs again with other inputs, other values of variables, and assigns them", () => {
    const { tf } = tensor.engine();
    const sum = variable(0, 0);
    const f: tensor.Traced = ([a, b]) => {
      const product = tf.add(tf.mul(a!, tf.mul(b!, 3)), tf.tensor2d([10, 20], [2, 1]));
      sum.assign(tf.add(sum, product));
      return [product, tf.transpose(tf.tidy(() => tf.stack([a!, b!]))), a!];
    };
    const [a, b] = [column(1, 2), column(3, 4)];
    const graph = tensor.capture(f, [a, b], { variables: [sum] });
    expect(numbers(sum)).toEqual([0, 0]);
    for (const [x, y] of [
      [a, b],
      [b, b],
      [b, a],
    ] as const) {
      const old = numbers(sum);
      const got = graph.run([x, y]);
      const expected = numbers(x).map((v, i) => v * 3 * numbers(y)[i]! + 10 * (i + 1));
      expect(numbers(got[0]!)).toEqual(expected);
      expect(got[1]!.shape).toEqual([1, 2, 2]);
      expect(numbers(got[2]!)).toEqual(numbers(x));
      expect(numbers(sum)).toEqual(old.map((v, i) => v + expected[i]!));
      tf.dispose(got);
    }
    graph.check(f, [b, a]);
    expect(numbers(sum)).toEqual([19 + 37 + 19, 44 + 68 + 44]);
    graph.dispose();
    graph.dispose();
    expect(() => graph.run([a, b])).toThrow("Graph.run: the graph must be alive, got a disposed one");
    tf.dispose([a, b, sum]);
  });

  it("tells inputs and variables apart that were one tensor at the recording", () => {
    const { tf } = tensor.engine();
    const a = column(1, 2);
    const b = column(5, 7);
    const [v, w] = [tf.variable(a), tf.variable(a)];
    const f: tensor.Traced = ([x, y]) => {
      w.assign(tf.add(tf.sub(x!, y!), v));
      return [tf.sub(x!, y!)];
    };
    const graph = tensor.capture(f, [a, a], { variables: [v, w] });
    const [difference] = graph.run([b, a]);
    expect(numbers(difference!)).toEqual([4, 5]);
    expect(numbers(w)).toEqual([5, 7]);
    expect(numbers(v)).toEqual([1, 2]);
    graph.dispose();
    tf.dispose([a, b, v, w, difference!]);
  });

  it("leaves the variables when the outputs are not accepted", () => {
    const { tf } = tensor.engine();
    const v = variable(1, 1);
    const a = column(1, 2);
    const graph = tensor.capture(
      ([x]) => {
        v.assign(tf.add(v, x!));
        return [tf.sum(x!)];
      },
      [a],
      { variables: [v] },
    );
    const refuse = ([sum]: readonly tensor.Tensor[]) => {
      throw new Error(`sum ${numbers(sum!)}`);
    };
    expect(() => graph.run([a], refuse)).toThrow("sum 3");
    expect(numbers(v)).toEqual([1, 1]);
    graph.dispose();
    tf.dispose([a, v]);
  });

  it("takes gradients, whole numbers and truth values", () => {
    const { tf } = tensor.engine();
    const a = column(-1, 2);
    const f: tensor.Traced = ([x]) => [
      tf.grad((t) => tf.sum(tf.mul(t, tf.relu(t))))(x!),
      tf.argMax(x!, 0),
      tf.greater(x!, 0),
      tf.cast(tf.gather(x!, tf.tensor1d([1, 0, 1], "int32")), "int32"),
    ];
    const graph = tensor.capture(f, [a]);
    const got = graph.run([a]);
    expect(got.map(numbers)).toEqual([[0, 4], [1], [0, 1], [2, -1, 2]]);
    expect(got.map(({ dtype }) => dtype)).toEqual(["float32", "int32", "bool", "int32"]);
    graph.dispose();
    tf.dispose([a, ...got]);
  });

  it("refuses what no graph can do, and what the function throws comes through", () => {
    const { tf } = tensor.engine();
    const a = column(1, 2);
    const foreign = tf.variable(a);
    const refused = (f: tensor.Traced): string => {
      try {
        tensor.capture(f, [a]);
      } catch (error) {
        expect(error).toBeInstanceOf(tensor.Refusal);
        return (error as Error).message;
      }
      return "";
    };
    expect(refused(([x]) => [tf.mul(x!, numbers(x!)[0]!)])).toBe("it reads a tensor");
    expect(refused(([x]) => [tf.mul(x!, foreign)])).toBe("it uses a variable that is not the model's");
    const assigning: tensor.Traced = ([x]) => {
      foreign.assign(tf.mul(x!, 2));
      return [x!];
    };
    expect(refused(assigning)).toBe("it assigns a variable that is not the model's");
    const nested: tensor.Traced = (xs) => tensor.capture((ys) => [...ys], xs).run(xs);
    expect(refused(nested)).toBe("it runs inside another graph");
    const broken = () => {
      throw new RangeError("layer 3: wrong");
    };
    expect(() => tensor.capture(broken, [a])).toThrow(new RangeError("layer 3: wrong"));
    process.env.TMPDIR = path(folder, "none");
    expect(refused(([x]) => [tf.neg(x!)])).toMatch(/no such file/);
    process.env.TMPDIR = folder;
    const frozen = tensor.capture(([x]) => [tf.mul(x!, foreign)], [a], { frozen: true });
    foreign.assign(a);
    const [product] = frozen.run([a]);
    expect(numbers(product!)).toEqual([2, 8]);
    frozen.dispose();
    tf.dispose([a, foreign, product!]);
  });

  it("sees at a check that constants, operations or their number have changed", () => {
    const { tf } = tensor.engine();
    const a = column(1, 2);
    let factor = 2;
    let more = false;
    const f: tensor.Traced = ([x]) => {
      const y = tf.mul(x!, factor);
      return more ? [tf.sub(y, tf.tensor1d([5]))] : [y];
    };
    const graph = tensor.capture(f, [a]);
    graph.check(f, [a]);
    factor = 3;
    expect(() => graph.check(f, [a])).toThrow("it does not run the same operations each time");
    factor = 2;
    more = true;
    expect(() => graph.check(f, [a])).toThrow(tensor.Refusal);
    more = false;
    expect(() => graph.check(([x]) => [x!], [a])).toThrow(tensor.Refusal);
    graph.check(f, [a]);
    graph.dispose();
    a.dispose();
  });

  it("stops listening when the function's execution is terminated, which runs no finally", async () => {
    const { tf } = tensor.engine();
    const a = column(1, 2);
    const endless: tensor.Traced = () => {
      for (;;);
    };
    (globalThis as { endless?: unknown }).endless = () => tensor.capture(endless, [a]);
    expect(() => runInThisContext("endless()", { timeout: 50 })).toThrow("timed out");
    await new Promise((resolve) => setImmediate(resolve));
    expect(numbers(a)).toEqual([1, 2]); // reading is what a recording refuses
    const graph = tensor.capture(([x]) => [tf.neg(x!)], [a]);
    graph.dispose();
    tf.engine().endScope(); // the one that the terminated function left open
    a.dispose();
  });
});

describe("the wire format", () => {
  it.each([
    [0, [0]],
    [300, [172, 2]],
    [2 ** 40, [128, 128, 128, 128, 128, 32]],
    [-1, [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
    [-(2 ** 31), [128, 128, 128, 128, 248, 255, 255, 255, 255, 1]],
  ])("writes %d", (n, bytes) => {
    expect([...varint(n)]).toEqual(bytes);
    expect([...int(2, n)]).toEqual([16, ...bytes]);
  });
});
