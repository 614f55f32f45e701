// One point of geodl bench growth in a process of its own: node growth-point.js AXIS N; prints CPU seconds (least of three) and peak memory.
import { axes } from "./growth-axes.js";

const [name, n] = process.argv.slice(2);
const { prepare, sizes } = axes.find((axis) => axis.name === name)!;
const warm = await prepare(sizes[0]!);
for (let i = 0; i < 2; i++) await warm();
const run = await prepare(Number(n));
let seconds = Number.POSITIVE_INFINITY;
for (let i = 0; i < 3; i++) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  seconds = Math.min(seconds, (user + system) / 1e6);
}
console.log(JSON.stringify({ seconds, memory: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
