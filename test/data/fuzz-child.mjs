// Reads mutated copies of a STEAD file, one after the other, and says what came of each: `node fuzz-child.mjs FILE FROM TO SCRATCH`.
import { readFileSync, writeFileSync } from "node:fs";
import { rng } from "geodl/core";
import { stead } from "geodl/data";

const [file, from, to, scratch] = process.argv.slice(2);
const whole = readFileSync(file);

/** A damaged copy: a few bytes changed, or a piece cut out, doubled, zeroed, or the end missing. */
function mutate(seed) {
  const random = rng(seed).fork("mutation");
  const bytes = Buffer.from(whole);
  const kind = random.integer(0, 8);
  const at = random.integer(0, bytes.length);
  const length = random.integer(1, 1 + Math.min(512, bytes.length - at));
  if (kind === 0) return bytes.subarray(0, at);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  if (kind === 2) return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
  if (kind === 3) return bytes.fill(random.integer(0, 2) * 255, at, at + length);
  const awkward = [0, 1, 127, 128, 254, 255];
  for (let i = random.integer(1, 9); i > 0; i--)
    bytes[random.integer(0, bytes.length)] = random.integer(0, 2)
      ? random.integer(0, 256)
      : awkward[random.integer(0, 6)];
  return bytes;
}

for (let seed = Number(from); seed < Number(to); seed++) {
  writeFileSync(scratch, mutate(seed));
  process.send({ seed, at: "start" });
  const start = performance.now();
  let outcome = "read";
  let opened;
  try {
    opened = await stead.open(scratch);
    for (const name of opened.names.slice(0, 20)) {
      const { waveform } = opened.read(name);
      if (waveform.data.length !== waveform.shape[0] * waveform.shape[1]) throw new TypeError("wrong shape");
    }
  } catch (e) {
    outcome = e instanceof Error ? `${e.name}: ${e.message}` : `not an Error: ${String(e)}`;
  }
  try {
    opened?.close();
  } catch (e) {
    if (!(e instanceof Error)) outcome = "close threw what is no Error";
  }
  process.send({
    seed,
    at: "end",
    outcome,
    milliseconds: performance.now() - start,
    rss: process.memoryUsage.rss(),
  });
}
process.disconnect();
