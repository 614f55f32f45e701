// The memory of picking does not grow with the length of the stream.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Peak memory of a process that picks so many hours, MB. */
function peak(hours: number): number {
  const code = `
    const { apply, core, nn, tensor } = await import("geodl");
    await tensor.ready();
    const picker = { ...apply.pickerSettings, name: "untrained", model: nn.phasenet(), dispose: () => undefined };
    const random = core.rng(1);
    const stretch = { start: 0, length: ${hours} * 360_000, read: (first, count) => random.fill(new Float32Array(3 * count), "normal") };
    let stretches = 0;
    for await (const { picks } of apply.pickStretches(picker, [stretch], { threshold: 0.9 })) stretches += 1 + 0 * picks.length;
    if (stretches !== 1) throw new Error("no answer");
    console.log(process.resourceUsage().maxRSS / 1024);`;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "2" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  return Number(out.trim().split("\n").at(-1));
}

it("12 hours of three components take the memory of one", { timeout: 240_000 }, () => {
  const [one, twelve] = [peak(1), peak(12)];
  // 11 more hours are 48 MB as samples and as much again as probabilities
  expect(twelve - one).toBeLessThan(40);
});
