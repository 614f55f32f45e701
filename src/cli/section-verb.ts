// What the verbs share that make one section of another: their arguments, the open file, the line of progress, a clean end at Ctrl-C.
import { resolve } from "node:path";
import { createSection, openSection, requireSectionName, type SectionFile } from "../apply/files.js";
import type { Block } from "../apply/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { outFile } from "./out-file.js";
import { durationText, shareText, statusLine } from "./status-line.js";
import { type Call, stringOption, UsageError } from "./verb.js";

/** What the work is done on. */
export interface SectionJob {
  readonly source: SectionFile;
  /** The new file. */
  readonly out: string;
  readonly signal: AbortSignal;
  /** @param share Done, 0 .. 1. */
  onReport(share: number): void;
  /** Writes the new file, whole or not at all.
   *  @param bytesOf SEG-Y traces of a block, where they are more than its samples with the old headers. */
  write(blocks: AsyncIterable<Block>, bytesOf?: (block: Block) => Uint8Array): Promise<void>;
  /** Time since the start, in words. */
  took(): string;
}

async function write(
  { source, out }: SectionJob,
  blocks: AsyncIterable<Block>,
  bytesOf?: (block: Block) => Uint8Array,
): Promise<void> {
  const writer = createSection(out, source);
  try {
    for await (const block of blocks) writer.add(block.section, bytesOf?.(block));
    writer.finish();
  } finally {
    writer.abandon();
  }
}

/** Runs a verb on the section that its call names.
 *
 *  @param name The verb's.
 *  @param call One section, and --out.
 *  @param work Does it. @returns Lines to print at the end.
 *  @returns Exit status.
 *  @throws UsageError for a wrong call. */
export function overSection(
  name: string,
  call: Call,
  work: (job: SectionJob) => Promise<readonly string[]>,
): Promise<number> {
  const [input, ...more] = call.positionals;
  const out = stringOption(call, "out");
  const kept = stringOption(call, "kept");
  if (input === undefined || more.length > 0)
    throw new UsageError(`one section, got ${call.positionals.length}`);
  if (out === undefined) throw new UsageError("--out must name the new file, got nothing");
  try {
    for (const path of [input, out]) requireSectionName(path);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const path = outFile("--out", out, [input, ...(kept === undefined ? [] : [kept])]);
  return withInterrupt(async (signal) => {
    const start = performance.now();
    const line = statusLine();
    const source = openSection(resolve(input));
    const job: SectionJob = {
      source,
      out: path,
      signal,
      onReport: (share) => line.update(share, shareText(name, share, start)),
      write: (blocks, bytesOf) => write(job, blocks, bytesOf),
      took: () => durationText((performance.now() - start) / 1000),
    };
    try {
      const said = await work(job);
      line.end();
      for (const text of said) console.log(text);
      return 0;
    } catch (error) {
      if (!signal.aborted) throw error;
      console.error(`geodl ${name}: interrupted, nothing was written`);
      return interrupted;
    } finally {
      line.end();
      source.close();
    }
  });
}
