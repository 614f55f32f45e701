// A small training that tests run in processes of their own: node --input-type=module with this code.

/** Trains a small DnCNN on generated patches; prints a digest of the weights and the reports. */
export const training = `
  import { createHash } from "node:crypto";
  import { nn, tensor } from "geodl";
  const { tf } = await tensor.ready();
  const net = nn.dncnn({ depth: 4, channels: 8, seed: 5 });
  const data = { length: 50, sample: (i, rng) => {
    const clean = Float32Array.from({ length: 256 }, (_, k) => Math.fround(((k * (i + 3)) % 17) / 17));
    return { x: { data: clean.map((v) => v + 0.3 * rng.normal()), shape: [16, 16, 1] }, y: { data: clean, shape: [16, 16, 1] } };
  } };
  const history = await nn.fit(net, data, {
    steps: 60, batchSize: 8, seed: 3, every: 5, optimizer: nn.adamW({ learningRate: nn.cosine(3e-3, 0, 5) }), clip: 1, average: 0.9,
    validation: data,
    ...(process.env.CHECKPOINT ? { checkpoint: process.env.CHECKPOINT } : {}),
    onReport: async ({ step }) => {
      if (step === Number(process.env.KILL_AT)) process.kill(process.pid, "SIGKILL");
    },
  });
  const hash = createHash("sha256");
  for (const [name, v] of [...net.parameters, ...net.buffers]) hash.update(name).update(new Uint8Array(v.dataSync().buffer));
  console.log(JSON.stringify({ digest: hash.digest("hex"), reports: history.reports, steps: history.steps, eager: history.eager }));
`;
