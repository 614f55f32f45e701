// Runs the walks in a process that a test may kill: node run-walks.mjs JOURNAL PROFILE SEEDS JOBS
import { experiment } from "../../dist/index.js";

const [journal, profile, seeds, jobs] = process.argv.slice(2);
const controller = new AbortController();
process.on("SIGINT", () => controller.abort());
const { entries, total } = await experiment.runExperiment(new URL("./walks.mjs", import.meta.url), {
  journal,
  profile,
  seeds: Number(seeds),
  jobs: Number(jobs),
  resume: true,
  signal: controller.signal,
  onReport: ({ done }) => console.log(`done ${done}`),
});
console.log(`end ${entries.length} of ${total}`);
