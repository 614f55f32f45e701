// Memory does not grow with the number of patches: a section sixteen times as large costs its own samples and a fixed room.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const room = new URL("../../dist/dictionary/index.js", import.meta.url).href;

/** Peak resident memory, MiB, of a process that learns a frame from all patches of a section and denoises with it. */
function peak(nt: number, nx: number): number {
  const program = `
    import { dctAtoms, ddtf, denoiseWithFrame, patchesOf } from ${JSON.stringify(room)};
    const [nt, nx] = [${nt}, ${nx}];
    const section = { data: Float32Array.from({ length: nt * nx }, (_, i) => Math.sin(i * 0.1) + ((i * 7919) % 13) / 13), shape: [nt, nx] };
    const { dictionary } = ddtf(patchesOf(section, [8, 8]), dctAtoms([8, 8]), { threshold: 0.5, iterations: 2 });
    denoiseWithFrame(section, dictionary, { threshold: 0.5 });
    console.log(process.resourceUsage().maxRSS / 1024);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  expect(status, stderr).toBe(0);
  return Number(stdout);
}

it("1,260,000 patches cost 50 MiB more than 78,000; held at once they would be 300 MiB more", {
  timeout: 60_000,
}, () => {
  const [small, large] = [peak(400, 200), peak(1600, 800)];
  const samples = (4 * 1600 * 800) / 2 ** 20; // of one section; the input, the result and its weights are three of them
  expect(large - small).toBeLessThan(8 * samples + 16);
  expect(small).toBeGreaterThan(40);
});
