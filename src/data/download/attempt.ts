// One attempt at what is missing of a file: asks for the rest, judges the answer, adds what comes.
import { Fault } from "./fault.js";
import type { Partial } from "./partial.js";
import { type Answer, get } from "./request.js";

export interface AttemptOptions {
  readonly stall: number;
  readonly signal: AbortSignal | undefined;
  /** Called with the bytes so far after each piece. */
  readonly onBytes: (done: number) => void;
}

/** Asks an address for the bytes that a partial file lacks.
 *
 *  The rest is asked for by Range, with If-Range where the version of what came is known; a server without ranges, or with a changed file,
 *  answers 200 and the file begins anew.
 *
 *  @param address Where.
 *  @param bytes Length that the whole file must have.
 *  @param part What came so far; holds `bytes` bytes when the promise resolves.
 *  @throws Fault where another attempt or address may do better; Error where none will (disk, abort). */
export async function attempt(
  address: string,
  bytes: number,
  part: Partial,
  options: AttemptOptions,
): Promise<void> {
  if (part.size > bytes) part.reset();
  if (part.size === bytes) return;
  const headers: Record<string, string> = { "accept-encoding": "identity", "user-agent": "geodl" };
  if (part.size > 0) {
    headers.range = `bytes=${part.size}-`;
    const { version } = part;
    if (version?.address === address) headers["if-range"] = version.validator;
  }
  let answer: Answer;
  try {
    answer = await get(address, { headers, stall: options.stall, signal: options.signal });
  } catch (error) {
    throw asFault(error, options.signal);
  }
  try {
    judge(answer, bytes, part);
    if (answer.statusCode === 200) part.reset();
    if (part.size === 0) part.version = versionOf(address, answer);
    await take(answer, bytes, part, options);
  } finally {
    answer.destroy();
  }
}

/** @throws Fault unless the answer holds the rest of the file, or the whole. */
function judge({ statusCode = 0, headers }: Answer, bytes: number, part: Partial): void {
  if (statusCode === 416) {
    part.reset(); // fewer bytes there than we have: not the same file
    throw new Fault("restart", "the server has no such range (416)");
  }
  if ([408, 425, 429, 500, 502, 503, 504].includes(statusCode))
    throw new Fault("retry", `status ${statusCode}`, waitOf(headers["retry-after"]));
  if (statusCode !== 200 && statusCode !== 206) throw new Fault("leave", `status ${statusCode}`);
  const coding = headers["content-encoding"] ?? "identity";
  if (coding !== "identity") throw new Fault("leave", `the file must come as it is, got ${coding}`);
  if (statusCode === 206) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers["content-range"] ?? "") ?? [];
    if (total !== undefined && total !== "*" && Number(total) !== bytes)
      throw new Fault("leave", `the file must have ${bytes} bytes, got ${total}`);
    if (Number(from) === part.size) return;
    part.reset();
    throw new Fault("restart", `another range came than was asked for: ${headers["content-range"]}`);
  }
  if (headers["content-type"]?.startsWith("text/html"))
    throw new Fault("leave", "an HTML page came instead of the file");
  const length = headers["content-length"];
  if (length !== undefined && Number(length) !== bytes)
    throw new Fault("leave", `the file must have ${bytes} bytes, got ${length}`);
}

/** Adds the body to the partial file. */
async function take(
  answer: Answer,
  bytes: number,
  part: Partial,
  { signal, onBytes }: AttemptOptions,
): Promise<void> {
  const pieces = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    let next: IteratorResult<Buffer>;
    try {
      next = await pieces.next();
    } catch (error) {
      throw asFault(error, signal);
    }
    if (next.done) break;
    if (part.size + next.value.length > bytes) {
      part.reset();
      throw new Fault("leave", `the file must have ${bytes} bytes, got more`);
    }
    part.append(next.value); // a full disk throws here, past the faults
    onBytes(part.size);
  }
  if (part.size < bytes) throw new Fault("retry", `it ended after ${part.size} of ${bytes} bytes`);
}

/** A weak ETag does not say that the bytes are the same. */
function versionOf(address: string, { headers }: Answer) {
  const tag = headers.etag?.startsWith('"') ? headers.etag : undefined;
  const validator = tag ?? headers["last-modified"];
  return validator === undefined ? undefined : { address, validator };
}

/** ms that Retry-After asks for, seconds or a date. */
function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

const hopeless = new Set(["ENOTFOUND", "ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "EAI_AGAIN"]);

/** The network's errors: a name or host that cannot be reached is left, a broken connection tried again. */
function asFault(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted || error instanceof Fault || !(error instanceof Error)) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  const isHopeless = hopeless.has(code) || /CERT|TLS|SSL/.test(code);
  return new Fault(isHopeless ? "leave" : "retry", message || code || error.name);
}
