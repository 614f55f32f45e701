// The child process that draws PNGs. It ends with its parent, and after five minutes without work.
import type { Answer, Drawing } from "./twin.js";

const idleLimit = 5 * 60_000;
let idle = setTimeout(() => process.exit(0), idleLimit);
let queue: Promise<void> = Promise.resolve();

process.on("disconnect", () => process.exit(0));
process.on("SIGINT", () => undefined); // an interrupted cell must not cost the figures after it
process.on("message", (message: { readonly id: number; readonly drawing: Drawing }) => {
  queue = queue.then(() => answer(message.id, message.drawing));
});

async function answer(id: number, drawing: Drawing): Promise<void> {
  clearTimeout(idle);
  let reply: Answer;
  try {
    const { drawPng } = await import("./draw.js"); // here, so that a missing native package is an answer, not a crash
    reply = { id, png: await drawPng(drawing) };
  } catch (e) {
    reply = { id, error: e instanceof Error ? e.message : String(e) };
  }
  await new Promise<void>((sent) => process.send?.(reply, undefined, undefined, () => sent()));
  idle = setTimeout(() => process.exit(0), idleLimit);
}
