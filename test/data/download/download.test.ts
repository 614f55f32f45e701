import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download } from "geodl/data/download";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  drop,
  type FaultyServer,
  faultyServer,
  flipped,
  other,
  short,
  stall,
  status,
  well,
  whole,
} from "./server.js";

const body = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 3));
const sha256 = createHash("sha256").update(body).digest("hex");
const folder = mkdtempSync(join(tmpdir(), "geodl-download-"));
const target = join(folder, "deep", "file.bin");
const partial = `${target}.partial`;
let server: FaultyServer;
let mirror: FaultyServer;
beforeAll(async () => {
  server = await faultyServer(body);
  mirror = await faultyServer(body);
});
afterEach(() => {
  rmSync(join(folder, "deep"), { recursive: true, force: true });
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await server.close();
  await mirror.close();
  rmSync(folder, { recursive: true });
});

const one = () => ({ name: "file.bin", bytes: body.length, sha256, addresses: [`${server.address}/x`] });
const both = () => ({ ...one(), addresses: [`${server.address}/x`, `${mirror.address}/y`] });
const fast = { backOff: 5, stall: 200 };
const isThere = () => existsSync(target) && readFileSync(target).equals(body);
/** Puts the beginning of a file where an earlier call would have left it. */
const left = (bytes: Buffer, version?: string) => {
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, "bytes"), bytes);
  if (version) writeFileSync(join(partial, "version"), `${server.address}/x\n${version}\n`);
};

describe("a download", () => {
  it("puts the file in place and leaves nothing else", async () => {
    server.plan();
    const seen: number[] = [];
    await download(one(), target, { onBytes: (done) => seen.push(done) });
    expect(isThere()).toBe(true);
    expect(readdirSync(join(folder, "deep"))).toEqual(["file.bin"]);
    expect(seen.at(-1)).toBe(body.length);
    await download(one(), target);
    expect(server.asked.length).toBe(1); // what is right is not asked for again
  });
  it("replaces a file that is not the right one", async () => {
    server.plan();
    mkdirSync(join(folder, "deep"));
    writeFileSync(target, "something else");
    await download(one(), target);
    expect(isThere()).toBe(true);
  });
  it("goes on where connections broke, by Range and If-Range", async () => {
    server.plan(drop(100_000), drop(50_000));
    await download(one(), target, fast);
    expect(isThere()).toBe(true);
    expect(server.asked.map(({ range, ifRange }) => [range, ifRange])).toEqual([
      [undefined, undefined],
      ["bytes=100000-", '"v1"'],
      ["bytes=150000-", '"v1"'],
    ]);
  });
  it("goes on after a stall", async () => {
    server.plan(stall(100_000));
    await download(one(), target, fast);
    expect([isThere(), server.asked.length]).toEqual([true, 2]);
    server.plan(...Array.from({ length: 9 }, () => stall(0)));
    rmSync(target);
    await expect(download(one(), target, { ...fast, tries: 2 })).rejects.toThrow("nothing came for 0.2 s");
    expect(server.asked.length).toBe(2);
  });
  it("waits as 503 and 429 ask", async () => {
    const soon = new Date(Date.now() + 2500).toUTCString();
    server.plan(status(503, { "retry-after": "1" }), status(429, { "retry-after": soon }), status(502));
    const start = performance.now();
    await download(one(), target, fast);
    expect(isThere()).toBe(true);
    expect(performance.now() - start).toBeGreaterThan(1000);
    server.plan(status(503, { "retry-after": "3600" }));
    rmSync(target);
    await expect(download(one(), target, fast)).rejects.toThrow(
      /127\.0\.0\.1:\d+: status 503; set GEODL_DATA/,
    );
    expect(server.asked.length).toBe(1); // an hour is too long
  });
  it("gives an address up after five attempts without a byte", async () => {
    server.plan(...Array.from({ length: 9 }, () => status(500)));
    await expect(download(one(), target, fast)).rejects.toThrow(
      "data.fetch: file.bin must come from one of 1 addresses, got 127.0.0.1",
    );
    expect(server.asked.length).toBe(5);
    expect(readdirSync(join(folder, "deep"))).toEqual([]);
  });
  it("follows redirects, but not for ever", async () => {
    server.plan(status(302, { location: "/elsewhere" }), status(307, { location: `${mirror.address}/z` }));
    mirror.plan();
    await download(one(), target);
    expect([isThere(), server.asked[1]?.url, mirror.asked[0]?.url]).toEqual([true, "/elsewhere", "/z"]);
    rmSync(target);
    server.plan(...Array.from({ length: 9 }, () => status(301, { location: "/x" })));
    await expect(download(one(), target, fast)).rejects.toThrow("at most 5 redirects");
  });
});

describe("what an earlier call left", () => {
  it("is completed", async () => {
    left(body.subarray(0, 200_000), '"v1"');
    server.plan();
    await download(one(), target);
    expect([isThere(), server.asked[0]?.range, server.asked.length]).toEqual([true, "bytes=200000-", 1]);
  });
  it("is not asked for again when it is whole", async () => {
    left(body);
    server.plan();
    await download(one(), target);
    expect([isThere(), server.asked.length]).toEqual([true, 0]);
  });
  it("is thrown away when the file changed between two calls", async () => {
    left(Buffer.alloc(200_000), '"v0"');
    server.plan(well());
    await download(one(), target);
    expect([isThere(), server.asked[0]?.ifRange, server.asked.length]).toEqual([true, '"v0"', 1]);
  });
  it("is thrown away when its sum shows that it was another file", async () => {
    left(Buffer.alloc(200_000)); // no version known, so the server just continues
    server.plan();
    await download(one(), target);
    expect([isThere(), server.asked.map((a) => a.range)]).toEqual([true, ["bytes=200000-", undefined]]);
  });
  it("is thrown away on 416, where it is too long, and where the server knows no ranges", async () => {
    left(body.subarray(0, 200_000));
    server.plan(status(416));
    await download(one(), target, fast);
    expect([isThere(), server.asked[1]?.range]).toEqual([true, undefined]);
    rmSync(target);
    left(Buffer.concat([body, body]));
    server.plan();
    await download(one(), target);
    expect([isThere(), server.asked[0]?.range]).toEqual([true, undefined]);
    rmSync(target);
    left(body.subarray(0, 200_000));
    server.plan(whole);
    await download(one(), target);
    expect([isThere(), server.asked.length]).toEqual([true, 1]);
  });
  it("is thrown away when another range comes than was asked for", async () => {
    left(body.subarray(0, 1000));
    server.plan((_, response) =>
      response
        .writeHead(206, { "content-range": `bytes 500-${body.length - 1}/${body.length}` })
        .end(body.subarray(500)),
    );
    await download(one(), target, fast);
    expect([isThere(), server.asked.length]).toEqual([true, 2]);
  });
});

describe("a wrong file", () => {
  it.each([
    ["cut short on the server", other((b) => b.subarray(0, 1000)), "must have 300000 bytes, got 1000"],
    ["too long", other((b) => Buffer.concat([b, b])), "must have 300000 bytes, got 600000"],
    [
      "a page that says no",
      other(() => Buffer.from("<html>"), { "content-type": "text/html; charset=utf-8" }),
      "an HTML page came",
    ],
    [
      "packed though nobody asked",
      other((b) => b, { "content-encoding": "gzip" }),
      "must come as it is, got gzip",
    ],
    ["not there", status(404), "status 404"],
    ["not for us", status(403), "status 403"],
  ])("%s: the mirror has it, and the reason is said where it has not", async (_, behaviour, reason) => {
    server.plan(behaviour);
    mirror.plan();
    await download(both(), target, fast);
    expect([isThere(), server.asked.length, mirror.asked.length]).toEqual([true, 1, 1]);
    rmSync(target);
    server.plan(behaviour);
    mirror.plan(status(404));
    const failed = download(both(), target, fast);
    await expect(failed).rejects.toThrow(reason);
    await expect(failed).rejects.toThrow(/one of 2 addresses, got 127\.0\.0\.1:\d+: .*; 127\.0\.0\.1:\d+: /);
    expect(readdirSync(join(folder, "deep"))).toEqual([]);
  });
  it("damaged on the way: once more, then the mirror", async () => {
    server.plan(other(flipped));
    await download(one(), target, fast);
    expect([isThere(), server.asked.length]).toEqual([true, 2]);
    rmSync(target);
    server.plan(other(flipped), other(flipped));
    mirror.plan();
    await download(both(), target, fast);
    expect([isThere(), server.asked.length, mirror.asked.length]).toEqual([true, 2, 1]);
    rmSync(target);
    server.plan(other(flipped), other(flipped));
    await expect(download(one(), target, fast)).rejects.toThrow(
      `the SHA-256 must be ${sha256.slice(0, 16)}..., got`,
    );
    expect(readdirSync(join(folder, "deep"))).toEqual([]);
  });
  it("ended early without a length: the rest is asked for", async () => {
    server.plan(short(1000));
    await download(one(), target, fast);
    expect([isThere(), server.asked[1]?.range]).toEqual([true, "bytes=1000-"]);
  });
  it("without a length and too long", async () => {
    server.plan((_, response) => response.writeHead(200).end(Buffer.concat([body, body])));
    mirror.plan();
    await download(both(), target, fast);
    expect([isThere(), mirror.asked.length]).toEqual([true, 1]);
  });
});

describe("no way", () => {
  it("nobody listens: one line with each reason, and soon", async () => {
    const gone = { ...one(), addresses: ["http://127.0.0.1:9/a", "http://no-such-host.invalid/b"] };
    const failed = download(gone, target);
    await expect(failed).rejects.toThrow(/127\.0\.0\.1:9: .*ECONNREFUSED.*; no-such-host\.invalid: [^\n]+$/);
  });
  it("a full disk: said, and nothing left", async (ctx) => {
    if (!existsSync("/dev/full")) return ctx.skip("needs /dev/full");
    server.plan();
    mkdirSync(partial, { recursive: true });
    symlinkSync("/dev/full", join(partial, "bytes")); // each write to it fails with ENOSPC
    await expect(download(one(), target)).rejects.toThrow(
      `data.fetch: the disk must have room for file.bin, 300000 bytes in ${join(folder, "deep")}, got ENOSPC; free some`,
    );
    expect(readdirSync(join(folder, "deep"))).toEqual([]);
    expect(server.asked.length).toBe(1);
  });
  it("a disk that fills up in the middle: said, and nothing left", async () => {
    server.plan();
    const code = `
      import { download } from "geodl/data/download";
      await download(${JSON.stringify(one())}, ${JSON.stringify(target)}).catch((e) => console.log(e.message));`;
    // files end at 100 KiB for this process; the signal that would end it is ignored
    const limited = spawn("bash", [
      "-c",
      'trap "" XFSZ; ulimit -f 100; "$0" --input-type=module -e "$1"',
      process.execPath,
      code,
    ]);
    let stdout = "";
    limited.stdout.on("data", (piece: Buffer) => {
      stdout += piece.toString();
    });
    await new Promise((resolve) => limited.on("close", resolve));
    expect(stdout).toMatch(
      /^data\.fetch: the disk must have room for file\.bin, 300000 bytes in .*, got EFBIG; free some/,
    );
    expect(readdirSync(join(folder, "deep"))).toEqual([]);
  });
  it("no room is seen before the first byte", async () => {
    server.plan();
    await expect(download({ ...one(), bytes: 1e18 }, target)).rejects.toThrow("the disk must have room");
    expect(server.asked.length).toBe(0);
  });
  it("a folder that is a file", async () => {
    writeFileSync(join(folder, "deep"), "");
    await expect(download(one(), target)).rejects.toThrow(
      "data.fetch: the cache must be a folder that can be written to",
    );
  });
  it("an abort keeps what came", async () => {
    server.plan(stall(100_000));
    const stop = new AbortController();
    const reason = new Error("enough");
    const running = download(one(), target, {
      signal: stop.signal,
      onBytes: (done) => done === 100_000 && stop.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
    expect(readFileSync(join(partial, "bytes")).length).toBe(100_000);
    server.plan();
    await download(one(), target);
    expect([isThere(), server.asked[0]?.range]).toEqual([true, "bytes=100000-"]);
  });
});

it("calls at once download once", async () => {
  server.plan();
  await Promise.all(Array.from({ length: 5 }, () => download(one(), target)));
  expect([isThere(), server.asked.length]).toEqual([true, 1]);
  expect(readdirSync(join(folder, "deep"))).toEqual(["file.bin"]);
});
