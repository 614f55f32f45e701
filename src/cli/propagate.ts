// geodl propagate: waves through models by the own Fourier neural operator, by straight rays or by the solver.
import { resolve } from "node:path";
import { loadOperator, type Propagator, rayPropagator, solverPropagator } from "../apply/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { outFile } from "./out-file.js";
import { durationText, shareText, statusLine } from "./status-line.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";
import { createArray, readWaves } from "./wave-file.js";

/** Models at once: the damping of the solver's layers follows the fastest of them. */
const batch = 25;

const byName: Readonly<Record<string, Propagator>> = { solver: solverPropagator, rays: rayPropagator };

async function work(call: Call, input: string, out: string, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  const line = statusLine();
  const waves = readWaves(input);
  const which = stringOption(call, "model") ?? "fno";
  const propagator =
    byName[which] ??
    (await loadOperator(which === "fno" ? "own" : resolve(which), {
      symmetries: call.values.single !== true,
    }));
  const n = waves[0]!.model.shape[0]!;
  const shape = [waves.length, 16, n, n];
  try {
    const writer = createArray(out, shape);
    try {
      // an operator looks at one model at a time, so that Ctrl-C is heard
      const size = propagator === solverPropagator ? batch : 1;
      for (let i = 0; i < waves.length; i += size) {
        for (const wave of propagator.run(waves.slice(i, i + size))) writer.add(wave);
        const share = Math.min(i + size, waves.length) / waves.length;
        line.update(share, shareText("propagate", share, start));
        await new Promise((next) => setImmediate(next));
        signal.throwIfAborted();
      }
      writer.finish();
    } finally {
      writer.abandon();
    }
    line.end();
    const took = durationText((performance.now() - start) / 1000);
    console.log(`${out}: [${shape.join(", ")}] by ${propagator.name}, ${took}`);
    return 0;
  } catch (error) {
    if (!signal.aborted) throw error;
    console.error("geodl propagate: interrupted, nothing was written");
    return interrupted;
  } finally {
    line.end();
    propagator.dispose();
  }
}

export const verb: Verb = {
  usage: "IN.npz --out OUT.npy [--model fno|solver|rays|FILE] [--single]",
  options: { out: { type: "string" }, model: { type: "string" }, single: { type: "boolean" } },
  help: [
    "IN.npz      v [n, N, N], km/s, over 10.24 km, N = 64 .. 256, and source [n, 2], cells (iz, ix)",
    "--out OUT   .npy float32 [n, 16, N, N]: the wave at 0.19, 0.39 .. 3.19 s; whole or not at all",
    "--model M   fno (the own operator, default), solver (finite differences), rays (straight rays, no network), or a file of weights",
    "--single    one run of the network, not the mean over the eight symmetries of the square: an eighth of the time",
    "The source is a Ricker wavelet of 2 Hz, peak at 0.5 s, as strong on every grid as in one cell of 64 x 64.",
  ],
  example: "geodl propagate waves.npz --out waves-fno.npy",
  async run(call) {
    const [input, ...more] = call.positionals;
    const out = stringOption(call, "out");
    if (input === undefined || more.length > 0)
      throw new UsageError(`one file of models, got ${call.positionals.length}`);
    if (!input.endsWith(".npz")) throw new UsageError(`the models must be a .npz file, got ${input}`);
    if (out === undefined || !out.endsWith(".npy"))
      throw new UsageError(`--out must name the new .npy file, got ${out ?? "nothing"}`);
    const model = stringOption(call, "model") ?? "fno";
    if (!["fno", "solver", "rays"].includes(model) && !model.endsWith(".safetensors"))
      throw new UsageError(`--model must be fno, solver, rays or a .safetensors file, got ${model}`);
    const path = outFile("--out", out, [input]);
    return withInterrupt((signal) => work(call, resolve(input), path, signal));
  },
};
