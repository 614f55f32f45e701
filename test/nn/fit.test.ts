// nn.fit: it learns, gives the same bits however often it is broken off, frees what it made, and stops with a reason.
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type core, nn, tensor } from "geodl";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { training } from "./training.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-fit-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await tensor.ready();
});

function start(env: Record<string, string>): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ["--input-type=module", "-e", training], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

/** y = 2x - 1 to be learned by one convolution of one point. */
const line: nn.SampleSet = {
  length: 20,
  sample(_, rng) {
    const x = rng.fill(new Float32Array(16), "normal");
    return { x: { data: x, shape: [4, 4, 1] }, y: { data: x.map((v) => 2 * v - 1), shape: [4, 4, 1] } };
  },
};
const point = nn.defineModel<{ readonly seed?: number }>("testPoint", "none", {}, (p) =>
  nn.conv2d(p, "only", { in: 1, out: 1, kernel: 1 }),
);

describe("fit", () => {
  it.each([
    ["adam", nn.adam({ learningRate: 0.05 })],
    ["adamW", nn.adamW({ learningRate: 0.05, weightDecay: 1e-6 })],
    ["sgd", nn.sgd({ learningRate: 0.1, momentum: 0.5 })],
    ["rmsprop", nn.rmsprop({ learningRate: nn.cosine(0.05) })],
  ])("learns a line with %s and leaves no tensor", async (_, optimizer) => {
    const { tf } = tensor.engine();
    const before = tf.memory().numTensors;
    const model = point({ seed: 1 });
    const reports: core.Report[] = [];
    const history = await nn.fit(model, line, {
      steps: 200,
      batchSize: 4,
      every: 50,
      optimizer,
      validation: line,
      onReport: (r) => reports.push(r),
    });
    expect(history.reports).toEqual(reports);
    expect(reports.map(({ step }) => step)).toEqual([50, 100, 150, 200]);
    expect(reports.at(-1)!.validationLoss).toBeLessThan(1e-3);
    expect(model.parameters.get("only.weight")!.dataSync()[0]).toBeCloseTo(2, 1);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(["1", "2"])(
    "on %s thread(s) gives the same bits twice, in two processes, after kill -9 and from the checkpoint before a damaged one",
    (threads) => {
      const run = (env: Record<string, string> = {}) => start({ TF_NUM_INTRAOP_THREADS: threads, ...env });
      const whole = run();
      expect(whole.stderr).toBe("");
      const { digest, reports, steps } = JSON.parse(whole.stdout);
      expect(steps).toBe(60);
      expect(reports.at(-1).validationLoss).toBeLessThan(0.7 * reports[0].validationLoss);
      expect(run().stdout).toBe(whole.stdout);
      const file = join(folder, `${threads}-run.ckpt`);
      expect(run({ CHECKPOINT: file, KILL_AT: "25" }).signal).toBe("SIGKILL");
      const resumed = run({ CHECKPOINT: file, KILL_AT: "40" });
      expect(resumed.signal).toBe("SIGKILL");
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1]! ^= 4;
      writeFileSync(file, bytes);
      const last = run({ CHECKPOINT: file });
      expect(last.stderr).toMatch(/run\.ckpt is damaged: .*going on from .*run\.ckpt\.previous\n$/);
      const again = JSON.parse(last.stdout);
      expect(again.reports).toEqual(reports);
      expect(again.digest).toBe(digest);
      writeFileSync(file, bytes.subarray(0, 100));
      writeFileSync(`${file}.previous`, "");
      expect(run({ CHECKPOINT: file }).stderr).toContain("delete it to begin anew");
    },
  );

  it("keeps the best weights by validation, also over a break, and needs samples for it", async () => {
    const { tf } = tensor.engine();
    const before = tf.memory().numTensors;
    const checkpoint = join(folder, "best.ckpt");
    // a rate that grows until the fit runs away: the last weights are the worst
    const optimizer = nn.sgd({ learningRate: (step) => 0.01 * 1.12 ** step });
    const base = { steps: 60, every: 5, batchSize: 4, optimizer, validation: line, average: 0.5 };
    const ends: number[] = [];
    for (const keep of ["last", "best"] as const) {
      const model = point({ seed: 1 });
      const options = { ...base, keep, ...(keep === "best" ? { checkpoint } : {}) };
      if (keep === "best") {
        const controller = new AbortController();
        const onReport = ({ step }: core.Report) => step === 50 && controller.abort();
        await nn.fit(point({ seed: 1 }), line, { ...options, onReport, signal: controller.signal });
      }
      const { reports } = await nn.fit(model, line, options);
      const losses = reports.map(({ validationLoss }) => validationLoss!);
      const end = nn.evaluate(model, line, nn.mse, 4);
      expect(end).toBeCloseTo(keep === "best" ? Math.min(...losses) : losses.at(-1)!, 6);
      expect(losses.indexOf(Math.min(...losses))).toBeLessThan(10);
      ends.push(end);
    }
    expect(ends[1]).toBeLessThan(0.1 * ends[0]!);
    expect(tf.memory().numTensors - before).toBe(6); // three models of two weights
    await expect(nn.fit(point(), line, { steps: 1, keep: "best" })).rejects.toThrow(
      'fit: keep "best" needs validation samples, got none',
    );
  });

  it("refuses another run's checkpoint, and ends at once when it is done", async () => {
    const checkpoint = join(folder, "done.ckpt");
    const model = point();
    await nn.fit(model, line, { steps: 4, batchSize: 2, checkpoint });
    const weights = [...model.parameters.get("only.weight")!.dataSync()];
    const other = point();
    const { reports } = await nn.fit(other, line, { steps: 4, batchSize: 2, checkpoint });
    expect(reports.length).toBe(4);
    expect([...other.parameters.get("only.weight")!.dataSync()]).toEqual(weights);
    await expect(nn.fit(other, line, { steps: 5, batchSize: 2, checkpoint })).rejects.toThrow(
      "must come from the same run",
    );
    for (const m of [model, other]) m.dispose();
  });

  it("stops after the step in which it is aborted", async () => {
    const controller = new AbortController();
    const model = point();
    const history = await nn.fit(model, line, {
      steps: 1000,
      every: 3,
      signal: controller.signal,
      onReport: () => controller.abort(),
    });
    expect(history).toMatchObject({ steps: 3, aborted: true });
    model.dispose();
  });

  it("names step, rate and largest gradient when the loss is not finite", async () => {
    const model = point();
    const wild = nn.sgd({ learningRate: 1e6 });
    await expect(nn.fit(model, line, { steps: 50, optimizer: wild })).rejects.toThrow(
      /^fit: the loss must stay finite, got (Infinity|NaN) at step \d+ with learning rate 1000000 \(largest gradient .*\); try a lower rate or clip$/,
    );
    model.dispose();
  });

  it("names the layer and both shapes when the data do not fit, and options out of range", async () => {
    const model = nn.dncnn({ depth: 3, channels: 4 });
    const wrong: nn.SampleSet = {
      length: 2,
      sample: () => ({
        x: { data: new Float32Array(32), shape: [4, 4, 2] },
        y: { data: new Float32Array(32), shape: [4, 4, 2] },
      }),
    };
    await expect(nn.fit(model, wrong, { steps: 1, batchSize: 2 })).rejects.toThrow(
      "model.0: the convolution's input must be [batch, height, width, 1], got [2,4,4,2]",
    );
    await expect(nn.fit(model, line, { steps: 0 })).rejects.toThrow(
      "fit: steps must be a whole number >= 1, got 0",
    );
    // too short for five levels: TensorFlow would go on with what happens to lie in memory
    const short = nn.phasenet();
    const { tf } = tensor.engine();
    expect(() => tf.tidy(() => short.apply(tf.ones([1, 64, 3])))).toThrow(
      "down_branch.3.2: the input must have 2 columns at least, got [1,1,1,64]",
    );
    short.dispose();
    expect(() => nn.dncnn({ dept: 3 } as never)).toThrow("dncnn: options are depth");
    model.dispose();
  });

  it("keeps tensors and memory flat over 2,000 steps", async () => {
    const { tf } = tensor.engine();
    const model = nn.dncnn({ depth: 3, channels: 4 });
    const counts: number[] = [];
    const resident: number[] = [];
    const small: nn.SampleSet = {
      length: 9,
      sample: (i) => ({
        x: { data: new Float32Array(64).fill(i), shape: [8, 8, 1] },
        y: { data: new Float32Array(64), shape: [8, 8, 1] },
      }),
    };
    await nn.fit(model, small, {
      steps: 2000,
      batchSize: 2,
      every: 100,
      onReport: () => {
        counts.push(tf.memory().numTensors);
        resident.push(process.memoryUsage().rss / 1e6);
      },
    });
    expect(new Set(counts).size).toBe(1);
    // a slope over the second half: less than 1 kB a step, what one small tensor a step would take
    const half = resident.slice(10);
    expect(half.at(-1)! - half[0]!).toBeLessThan(20);
    model.dispose();
  });
});

describe("files", () => {
  it("a model comes back from its file alone, in float32 exactly", async () => {
    const { tf } = tensor.engine();
    const x = tf.randomNormal([1, 400, 3], 0, 1, "float32", 7);
    const file = join(folder, "model.safetensors");
    const model = nn.phasenet({ seed: 4 });
    await nn.save(file, model, { metadata: { licence: "MIT", data: "none" } });
    const { model: again, metadata } = await nn.load(file);
    expect(metadata).toMatchObject({ licence: "MIT", model: "phasenet" });
    expect(again.options).toEqual(model.options);
    const [a, b] = [model, again].map((m) => tf.tidy(() => [...m.apply(x).dataSync()]));
    expect(b).toEqual(a);
    await nn.save(file, model, { floats: "F16" });
    expect(readFileSync(file).length).toBeLessThan(0.53 * 4 * nn.countWeights(model) + 20000);
    for (const m of [model, again]) m.dispose();
    x.dispose();
    expect(() => nn.fill(again, new Map())).toThrow(/must find its \d+ weights by name, got \d+ missing/);
  });
});
